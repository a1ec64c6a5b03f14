/** A file of /sys/block/DEVICE/queue. Volatile: applied anew at each boot. */
import { EnlightenError } from '../errors.ts';
import type { Guest, Path } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { BlockStep } from '../profiles/step.ts';
import type { Action } from './action.ts';
import { normalized, rawValue, setAndVerify } from './kernel-file.ts';

const pathOf = ({ device, attribute }: Pick<BlockStep, 'device' | 'attribute'>): Path =>
  `/sys/block/${device}/queue/${attribute}`;

/** The value in force; of a scheduler's file, `none [mq-deadline]`, the word in brackets (docs.kernel.org/block/switching-sched.html). */
const inForce = (path: Path, raw: string): string =>
  path.endsWith('/scheduler') ? (/\[([^\]\s]+)\]/.exec(raw)?.[1] ?? raw) : raw;

const valueAt = async (guest: Guest, path: Path): Promise<string | null> => {
  const raw = await rawValue(guest, path);
  return raw === null ? null : inForce(path, raw);
};

const offered = (raw: string): string[] => normalized(raw).replace(/[[\]]/g, '').split(' ');

export const blockAction: Action<BlockStep> = {
  async check(step, guest) {
    const path = pathOf(step);
    const raw = await rawValue(guest, path);
    if (raw === null) return { current: null, state: 'blocked', by: actionNotice('block-absent', step.id, path) };
    const current = normalized(inForce(path, raw));
    if (current === step.desired) return { current, state: 'satisfied' };
    if (step.attribute === 'scheduler' && !offered(raw).includes(step.desired)) {
      const by = actionNotice('block-not-offered', step.id, offered(raw).join(', '));
      return { current, state: 'blocked', by };
    }
    return { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const path = pathOf(step);
    const before = await valueAt(guest, path);
    if (before === null) {
      throw new EnlightenError('unwritable', { tried: 'set', on: path, happened: 'the device is gone' });
    }
    await journal.around(step, { path, before, after: step.desired }, () =>
      setAndVerify(guest, path, step.desired, () => valueAt(guest, path)),
    );
  },

  async undo(entry, guest, journal) {
    // A removed disk took its queue with it.
    if ((await guest.stat(entry.path)) !== null) {
      await setAndVerify(guest, entry.path, entry.before, () => valueAt(guest, entry.path));
    }
    await journal.undone(entry);
  },
};
