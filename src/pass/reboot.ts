/** The reboot into a trial: whether the agent may do it itself, and how. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REBOOTS } from '../actions/kernel.ts';
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Log } from '../log.ts';
import { inOneLine } from '../notices/notice.ts';
import { trialNotice } from '../notices/trial.ts';
import type { State } from '../state/state.ts';
import type { FullPass } from './full.ts';

/** A new set of candidates starts a new count; a pass without any leaves it alone. */
const counted = (state: State, candidates: string): State['reboots'] =>
  candidates === '' || state.reboots.candidates === candidates ? state.reboots : { candidates, count: 0 };

/**
 * The agent reboots itself once into a trial, and keeps the second reboot it is allowed for the way back. A trial armed again, of a newer
 * version of what runs, or where enlighten.reboot=never, starts with the next ordinary reboot.
 */
export const decideReboot = (
  { state, armed, settings, recorded }: FullPass,
  guest: WritableGuest,
): { state: State; reboots: boolean } => {
  const step = recorded.plan.steps.map(planned => planned.step).find(({ kind }) => kind === 'kernel');
  const reboots = counted(state, step?.desired ?? '');
  const isUpdate = step?.kind === 'kernel' && step.when === 'next-reboot';
  const may = armed && !isUpdate && guest.live && settings.reboot.value !== 'never' && reboots.count < MAX_REBOOTS - 1;
  return { state: { ...state, reboots: may ? { ...reboots, count: reboots.count + 1 } : reboots }, reboots: may };
};

/** systemd kills us when it stops the units; longer than this means that the reboot did not begin. */
const GIVE_UP_MS = 60_000;

/** Before the workload starts: this service is ordered before basic.target, and it does not end until it is stopped. */
export const rebootForTrial = async (guest: WritableGuest, { trial }: State, log: Log): Promise<void> => {
  const line = `rebooting to try kernel ${trial.kernel}; without confirmation ${trial.previous} returns by itself`;
  log('notice', line);
  await guest.say(line);
  try {
    await guest.run('flush-journal', []);
    await guest.run('reboot', []);
    await sleep(GIVE_UP_MS);
    throw new Error(`still running ${GIVE_UP_MS / 1000} s later`);
  } catch (error) {
    log('error', inOneLine(trialNotice('trial-reboot-failed', trial.kernel ?? '', saying(error))));
  }
};
