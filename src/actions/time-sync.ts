/**
 * VMware's tools step the clock that chrony slews; one of both (VMware KB 1006427). The host keeps what is said here with the machine, so it
 * is asked and told by its own program, and only on a full pass.
 */
import { EnlightenError } from '../errors.ts';
import { isEnabled } from '../facts/tools.ts';
import type { Guest } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { TimeSyncStep } from '../profiles/step.ts';
import type { Action } from './action.ts';

const PROGRAM = '/usr/bin/vmware-toolbox-cmd';
/** EX_UNAVAILABLE (open-vm-tools, toolbox/toolboxcmd-timesync.c): the words are localized. */
const SAYS: Record<number, 'on' | 'off'> = { 0: 'on', 69: 'off' };

/** null: there is no VMware to say so. */
const now = async (guest: Guest): Promise<'on' | 'off' | null> => {
  const ran = await guest.query('vmware-timesync', ['status']);
  return ran === null ? null : (SAYS[ran.exitCode] ?? null);
};

const tell = async (guest: Parameters<Action<TimeSyncStep>['apply']>[1], word: 'enable' | 'disable'): Promise<void> => {
  const { exitCode, stdout, stderr } = await guest.run('set-vmware-timesync', [word]);
  if (exitCode === 0) return;
  const happened = `${stdout}${stderr}`.trim().slice(0, 400);
  throw new EnlightenError('tool-failed', { tried: `${word} the tools’ time synchronization`, on: PROGRAM, happened });
};

export const timeSyncAction: Action<TimeSyncStep> = {
  async check({ id, unit }, guest) {
    const current = await now(guest);
    if (current === 'off') return { current, state: 'satisfied' };
    if (current === null) return { current, state: 'blocked', by: actionNotice('time-sync-unknown', id) };
    const kept = await isEnabled(guest, unit);
    return kept
      ? { current, state: 'pending' }
      : { current, state: 'blocked', by: actionNotice('time-sync-alone', id, unit) };
  },

  async apply(step, guest, journal) {
    if (!guest.live) return;
    await journal.around(step, { path: PROGRAM, before: 'on', after: 'off' }, () => tell(guest, 'disable'));
  },

  /** Another hypervisor knows nothing of it: what was said stayed behind, with the old machine. */
  async undo(entry, guest, journal) {
    if ((await now(guest)) === 'off') await tell(guest, 'enable');
    await journal.undone(entry);
  },
};
