/** What takes minutes, after boot: run by enlighten-background.service once the machine is up, never while it boots. */
import { initramfsAction } from '../actions/initramfs.ts';
import type { Command, Invocation } from '../cli.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Log } from '../log.ts';
import { inOneLine } from '../notices/notice.ts';
import { fullPass } from '../pass/full.ts';
import { publish, publishStatus } from '../pass/publish.ts';
import { openJournal } from '../state/journal.ts';
import { withLock } from '../state/lock.ts';
import { type State, writeState } from '../state/state.ts';
import { currentState, passInput } from './observing.ts';

const LOCK = '/run/enlighten/background.lock';

/** A job returns true when it left something to be tried. */
type Job = (guest: WritableGuest, state: State, log: Log) => Promise<boolean>;

/** The initramfs steps the boot pass left pending. */
const initramfs: Job = async (guest, state, log) => {
  let built = false;
  for (const { step, standing } of state.pass?.plan.steps ?? []) {
    if (step.kind !== 'initramfs' || standing.state !== 'pending' || state.held.includes(step.id)) continue;
    log('info', `looking into the initramfs of ${step.release}`);
    await initramfsAction.apply(step, guest, openJournal(guest));
    const now = await initramfsAction.check(step, guest);
    if ('by' in now) log('warning', inOneLine(now.by));
    built ||= now.state !== 'pending';
  }
  return built;
};

const jobs: readonly Job[] = [initramfs];

/** Arms what the jobs made, for the next ordinary reboot: this pass never reboots. */
const arm = (guest: WritableGuest, { log }: Invocation): Promise<void> =>
  withLock(guest, 'background', async () => {
    const input = { ...(await passInput(guest)), only: ['kernel' as const], byHand: false, mayChange: true };
    if (input.frozen !== null) return;
    const pass = await fullPass(guest, input, log);
    const { recorded } = pass;
    const written = await writeState(guest, { ...pass.state, pass: recorded });
    await publish(guest, recorded, pass.environment);
    const { at, durationMs, outcome } = recorded;
    await publishStatus(guest, written, input.look.sealed, { at, durationMs, outcome });
    if (pass.armed) log('notice', 'a trial is armed: it starts with the next reboot');
  });

export const command: Command = {
  usage: 'background',
  summary: 'what takes minutes, after boot: run by the service',
  async run(invocation) {
    const { guest, log } = invocation;
    const { read, state } = await currentState(guest);
    // A trial has the machine for itself; a state we cannot read, and a pass that may change nothing, ask for nothing.
    const quiet = ['armed', 'running'].includes(state.trial.state);
    if (read.notice !== null || quiet || state.pass?.enforced !== true) return 0;
    let made = false;
    await withLock(
      guest,
      'background',
      async () => {
        for (const job of jobs) made = (await job(guest, state, log)) || made;
      },
      LOCK,
    );
    if (made) await arm(guest, invocation);
    return 0;
  },
};
