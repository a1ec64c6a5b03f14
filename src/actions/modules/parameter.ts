/** A module's parameter: now, where the module is there and lets it be changed; for its loading, where it is not there yet. */
import { EnlightenError } from '../../errors.ts';
import type { Guest, Path } from '../../guest/guest.ts';
import type { ModulesStep } from '../../profiles/step.ts';
import type { Action } from '../action.ts';
import { normalized, rawValue } from '../kernel-file.ts';
import { aboutParameter } from './decision.ts';
import { folderOf } from './loaded.ts';
import { blocked, decided } from './standing.ts';

const liveFile = ({ module, parameter }: ModulesStep): Path => `${folderOf(module)}/parameters/${parameter}`;
const fileOf = ({ module, parameter }: ModulesStep): Path => `/run/modprobe.d/enlighten-${module}-${parameter}.conf`;
const contentOf = ({ module, parameter, desired }: ModulesStep): string =>
  `# By enlighten, for this boot only.\noptions ${module} ${parameter}=${desired}\n`;

/** The kernel prints a truth value as Y or N, and takes 1 and 0 as well (kernel/params.c). */
const TRUTH: Record<string, string> = { '1': 'Y', y: 'Y', '0': 'N', n: 'N' };
const same = (a: string, b: string): boolean => a === b || (TRUTH[a] ?? a) === (TRUTH[b] ?? b);

const setTo = async (guest: Parameters<Action<ModulesStep>['apply']>[1], path: Path, value: string): Promise<void> => {
  await guest.set(path, value);
  const now = normalized((await rawValue(guest, path)) ?? '');
  if (same(now, normalized(value))) return;
  const happened = `the kernel took ${JSON.stringify(value)} and holds ${JSON.stringify(now)}`;
  throw new EnlightenError('unwritable', { tried: 'set', on: path, happened });
};

/** Files that nobody may write show a value that was fixed when the module was loaded. */
const isFixed = async (guest: Guest, path: Path): Promise<boolean> =>
  (((await guest.stat(path))?.mode ?? 0) & 0o222) === 0;

export const parameter: Action<ModulesStep> = {
  async check(step, guest) {
    const raw = await rawValue(guest, liveFile(step));
    const current = raw === null ? null : normalized(raw);
    const holds = current !== null && same(current, step.desired);
    const waits = (await guest.stat(folderOf(step.module))) === null;
    if (holds || (waits && (await guest.text(fileOf(step))) === contentOf(step).trim())) {
      return { current, state: 'satisfied' };
    }
    const decision = decided(step, current, await aboutParameter(guest, step.module, step.parameter ?? ''));
    if (decision !== null) return decision;
    const fixed = !waits && (await isFixed(guest, liveFile(step)));
    return fixed
      ? blocked(step, current, 'module-parameter-fixed', current ?? 'none of this name')
      : { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const before = await rawValue(guest, liveFile(step));
    if (before === null) {
      const change = { path: fileOf(step), before: '', after: contentOf(step) };
      return journal.around(step, change, () => guest.replace(fileOf(step), contentOf(step)));
    }
    await journal.around(step, { path: liveFile(step), before, after: step.desired }, () =>
      setTo(guest, liveFile(step), step.desired),
    );
  },

  async undo(entry, guest, journal) {
    if (entry.path.startsWith('/run/modprobe.d/')) await guest.remove(entry.path);
    // An unloaded module took its parameters with it.
    else if ((await guest.stat(entry.path)) !== null) await setTo(guest, entry.path, entry.before);
    await journal.undone(entry);
  },
};
