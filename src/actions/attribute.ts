/**
 * A file of sysfs with one value: of a disk's queue, of a network card, of the machine. Volatile: applied anew at each boot. Some files
 * print all they offer with the one in force in brackets, `none [mq-deadline]`; others have a neighbour that lists what is offered.
 */
import { EnlightenError } from '../errors.ts';
import type { Guest, Path } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { BlockStep, NetworkStep, Standing, SysfsStep } from '../profiles/step.ts';
import type { Action } from './action.ts';
import { type Decision, decisionAbout } from './decision.ts';
import { isReadOnly, normalized, rawValue, setAndVerify } from './kernel-file.ts';

const NEIGHBOURS: Record<string, string> = {
  current_clocksource: 'available_clocksource',
  current_governor: 'available_governors',
};

const BRACKETS = /\[([^\]\s]+)\]/;

/** A CPU mask is printed in words of 32 bits, `00000000,0000000f`, and taken in fewer (lib/bitmap.c). */
const asMask = (value: string): string => value.replaceAll(',', '').replace(/^0+(?=.)/, '');

const isMask = (path: Path): boolean => /\/(?:rps|xps)_cpus$/.test(path);

const inForce = (path: Path, raw: string): string => {
  const chosen = BRACKETS.exec(raw)?.[1] ?? normalized(raw);
  return isMask(path) ? asMask(chosen) : chosen;
};

const valueAt = async (guest: Guest, path: Path): Promise<string | null> => {
  const raw = await rawValue(guest, path);
  return raw === null ? null : inForce(path, raw);
};

/** null where nothing lists them. A device without schedulers prints `none` alone. */
const offered = async (guest: Guest, path: Path, raw: string): Promise<string[] | null> => {
  if (BRACKETS.test(raw) || path.endsWith('/scheduler')) return normalized(raw).replace(/[[\]]/g, '').split(' ');
  const slash = path.lastIndexOf('/') + 1;
  const neighbour = NEIGHBOURS[path.slice(slash)];
  const list = neighbour === undefined ? null : await rawValue(guest, path.slice(0, slash) + neighbour);
  return list === null ? null : normalized(list).split(' ');
};

/** An administrator's decision as a standing; null where there is none. */
export const decided = (id: string, current: string | null, decision: Decision | null): Standing | null => {
  if (decision === null) return null;
  const code = 'unknown' in decision ? 'undecided' : 'decided';
  const by = actionNotice(code, id, 'unknown' in decision ? decision.unknown : decision.line);
  return { current, state: code === 'decided' ? 'overridden' : 'blocked', by };
};

export const attributeAction: Action<SysfsStep | BlockStep | NetworkStep> = {
  async check({ id, path, desired }, guest) {
    const blocked = (current: string | null, code: Parameters<typeof actionNotice>[0], detail: string): Standing => ({
      ...{ current, state: 'blocked', by: actionNotice(code, id, detail) },
    });
    const raw = await rawValue(guest, path);
    if (raw === null) return blocked(null, 'attribute-absent', path);
    const current = inForce(path, raw);
    if (current === inForce(path, desired)) return { current, state: 'satisfied' };
    const all = await offered(guest, path, raw);
    if (all !== null && !all.includes(desired)) return blocked(current, 'attribute-not-offered', all.join(', '));
    if (await isReadOnly(guest, path)) return blocked(current, 'attribute-read-only', path);
    return decided(id, current, await decisionAbout(guest, { path })) ?? { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const { path, desired } = step;
    const before = await valueAt(guest, path);
    if (before === null) {
      throw new EnlightenError('unwritable', { tried: 'set', on: path, happened: 'the device is gone' });
    }
    await journal.around(step, { path, before, after: desired }, () =>
      setAndVerify(guest, path, desired, () => valueAt(guest, path)),
    );
  },

  async undo(entry, guest, journal) {
    // A removed device took its files with it.
    if ((await guest.stat(entry.path)) !== null) {
      await setAndVerify(guest, entry.path, entry.before, () => valueAt(guest, entry.path));
    }
    await journal.undone(entry);
  },
};
