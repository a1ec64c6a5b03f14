/** Packages: planned at boot, installed and removed after it (src/packages/work.ts), taken back by `undo`. */
import { EnlightenError } from '../errors.ts';
import { runningRelease } from '../facts/machine.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { managerOf } from '../packages/managers.ts';
import { roomFor } from '../packages/room.ts';
import type { PackageStep } from '../profiles/step.ts';
import type { Entry } from '../state/journal.ts';
import type { Action } from './action.ts';

const refused = (entry: Entry, happened: string, remedy: string): EnlightenError =>
  new EnlightenError('not-here', { tried: 'take back', on: entry.id, happened, remedy });

/** What the journal keeps of a step: the names it was carried out on. */
const namesIn = (list: string): string[] => list.split(' ').filter(name => name !== '');

const uninstall = async (entry: Entry, guest: WritableGuest): Promise<void> => {
  const release = entry.id.slice('package:'.length);
  if ((await runningRelease(guest)) === release)
    throw refused(entry, 'this kernel runs', 'Reboot into the other kernel, then run `enlighten undo` again.');
  const manager = await managerOf(guest);
  if (manager === null) throw refused(entry, 'there is no package manager', 'Remove the package by hand.');
  const { exitCode, stderr } = await guest.run(manager.remove, namesIn(entry.after));
  if (exitCode !== 0) throw refused(entry, stderr.trim().slice(-200), 'Remove the package by hand.');
};

export const packageAction: Action<PackageStep> = {
  async check(step, guest) {
    const current = step.act === 'remove' ? 'installed' : null;
    const room = step.act === 'install' ? await roomFor(guest, step.files) : null;
    return room === null ? { current, state: 'pending' } : { current, state: 'blocked', by: room };
  },

  /** Never on the way to the workload: kernel packages take minutes. The unit after the boot does it. */
  async apply() {},

  async undo(entry, guest, journal) {
    if (entry.before !== '') {
      await journal.undone(entry);
      throw refused(entry, 'a removed package cannot be brought back', `Install ${entry.before} again.`);
    }
    await uninstall(entry, guest);
    await journal.undone(entry);
  },
};
