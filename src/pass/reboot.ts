/** The reboot into a trial: whether the agent may do it itself, and how. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REBOOTS } from '../actions/kernel/memory.ts';
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { throughFirmware } from '../kernel/bootloaders/kexec/firmware.ts';
import { jump } from '../kernel/bootloaders/kexec/kexec.ts';
import { readRecord } from '../kernel/bootloaders/kexec/record.ts';
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
  const { entry, way, attempts } = state.trial;
  // An update waits for an ordinary reboot. kexec cannot start it there: it does at the boot after, where it is armed once more.
  const waits = step?.kind === 'kernel' && step.when === 'next-reboot' && !(way?.by === 'kexec' && attempts > 1);
  // Where no loader can keep it as the default, each boot starts it once: no loop, since one that dies gets a verdict.
  const everyBoot = settings.reboot.value === 'kexec' && entry === null;
  const within = everyBoot || reboots.count < MAX_REBOOTS - 1;
  const may = armed && !waits && guest.live && settings.reboot.value !== 'never' && within;
  const count = may && !everyBoot ? reboots.count + 1 : reboots.count;
  return { state: { ...state, reboots: { ...reboots, count } }, reboots: may };
};

/** systemd kills us when it stops the units; longer than this means that the reboot did not begin. */
const GIVE_UP_MS = 60_000;

const start = async (guest: WritableGuest, { way, nonce }: State['trial']): Promise<void> => {
  const record = await readRecord(guest);
  if (way?.by === 'kexec' && record?.nonce === nonce) return jump(guest, record);
  await throughFirmware(guest);
  await guest.run('reboot', []);
};

/** Before the workload starts: this service is ordered before basic.target, and it does not end until it is stopped. */
export const rebootForTrial = async (guest: WritableGuest, { trial }: State, log: Log): Promise<void> => {
  const line = `rebooting to try kernel ${trial.kernel}; without confirmation ${trial.previous} returns by itself`;
  log('notice', line);
  await guest.say(line);
  try {
    await guest.run('flush-journal', []);
    await start(guest, trial);
    await sleep(GIVE_UP_MS);
    throw new Error(`still running ${GIVE_UP_MS / 1000} s later`);
  } catch (error) {
    log('error', inOneLine(trialNotice('trial-reboot-failed', trial.kernel ?? '', saying(error))));
  }
};
