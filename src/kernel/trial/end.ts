/** Ends a trial from outside the boot pass: a check, the deadline or a person. */
import type { WritableGuest } from '../../guest/guest.ts';
import type { Log } from '../../log.ts';
import { inOneLine } from '../../notices/notice.ts';
import { withLock } from '../../state/lock.ts';
import { readState, refuseNewer, type State, writeState } from '../../state/state.ts';
import { bootLoaderOf } from '../bootloaders/index.ts';
import { advance, returns } from './advance.ts';
import { announce } from './announce.ts';
import { endingNotice } from './ending.ts';
import { type BootSeen, judge } from './judge.ts';
import { restorePatience } from './strict.ts';
import type { TrialEvent } from './table.ts';

export interface Ended {
  state: State;
  /** The machine must reboot to leave the kernel that runs now. */
  returning: boolean;
}

interface Ending {
  event: TrialEvent;
  cause: string | null;
}

const endLocked = async (
  guest: WritableGuest,
  seen: BootSeen,
  { event, cause }: Ending,
  log: Log,
): Promise<Ended | null> => {
  const read = await readState(guest, seen.machine);
  refuseNewer(read);
  const before = read.state;
  // Only the boot that carries the nonce may confirm: where the boot pass has not judged this boot, `running` is the last one's word.
  if (event === 'checks-passed' && judge(before, seen) !== null) return null;
  const hypervisor = before.pass?.detection.hypervisor ?? '';
  const returning = returns(before, event) && seen.release === before.trial.kernel;
  const counted = returning ? { ...before, reboots: { ...before.reboots, count: before.reboots.count + 1 } } : before;
  const state = await advance(guest, await bootLoaderOf(guest), counted, { event, cause, hypervisor });
  if (state === counted) return null;
  for (const notice of endingNotice(before.trial, event, cause)) {
    log('warning', inOneLine(notice));
    await guest.say(inOneLine(notice));
  }
  await announce(guest, state);
  if (state.trial.state === 'confirmed') await restorePatience(guest, state);
  return { state, returning };
};

/** @returns null when the event means nothing in the present state. */
export const endTrial = (guest: WritableGuest, seen: BootSeen, ending: Ending, log: Log): Promise<Ended | null> =>
  withLock(guest, 'trial', () => endLocked(guest, seen, ending, log));

/** A confirmed kernel satisfies its step from now on; the record of this boot's pass says so, for the boots that replay it. */
const satisfied = (state: State, release: string): State => {
  if (state.pass === null) return state;
  const steps = state.pass.plan.steps.map(planned =>
    planned.step.kind === 'kernel'
      ? { ...planned, standing: { current: release, state: 'satisfied' as const } }
      : planned,
  );
  return { ...state, pass: { ...state.pass, plan: { ...state.pass.plan, steps } } };
};

/** @returns null when this boot is no trial that could be confirmed. */
export const confirmTrial = (guest: WritableGuest, seen: BootSeen, log: Log): Promise<State | null> =>
  withLock(guest, 'trial', async () => {
    const ended = await endLocked(guest, seen, { event: 'checks-passed', cause: null }, log);
    return ended && writeState(guest, satisfied(ended.state, seen.release));
  });

/** Back to the old kernel, which is what any boot leads to now. */
export const rebootIntoOld = async (guest: WritableGuest, { trial }: State, log: Log): Promise<void> => {
  const line = `rebooting into ${trial.previous}`;
  log('notice', line);
  await guest.say(line);
  await guest.run('flush-journal', []);
  await guest.run('reboot', []);
};
