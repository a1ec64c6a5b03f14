/** The boot pass: judge the trial, look, and either replay or do the full pass. What the service runs. */
import { detect } from '../detect/detect.ts';
import type { Detection } from '../detect/detection.ts';
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { BootLoader } from '../kernel/bootloaders/bootloader.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { advance, after, settleDebts, startAnew } from '../kernel/trial/advance.ts';
import { announce } from '../kernel/trial/announce.ts';
import { endingNotice } from '../kernel/trial/ending.ts';
import { type BootSeen, judge } from '../kernel/trial/judge.ts';
import type { Log } from '../log.ts';
import { inOneLine, type Notice } from '../notices/notice.ts';
import { passNotice } from '../notices/pass.ts';
import { stateNotice } from '../notices/state.ts';
import { withLock } from '../state/lock.ts';
import { type RecordedPass, readState, type State, type StateRead, writeState } from '../state/state.ts';
import { type Look, lookAround } from './look.ts';
import { outOfTheWay } from './out-of-the-way.ts';
import { publish, publishStatus } from './publish.ts';
import { replay } from './replay.ts';
import { bootSeen } from './seen.ts';

interface Judged {
  state: State;
  /** True when the trial moved: then nothing recorded holds any more. */
  moved: boolean;
  notices: Notice[];
}

/** A trial under way is judged first, before any fingerprint. */
const judgeTrial = async (
  guest: WritableGuest,
  loader: BootLoader,
  state: State,
  seen: BootSeen,
  detection: Detection,
): Promise<Judged> => {
  const verdict = judge(state, seen);
  if (verdict === null)
    return { state: await settleDebts(guest, loader, state), moved: state.owed.length > 0, notices: [] };
  const { event, cause } = verdict;
  const step = { event, cause, hypervisor: detection.hypervisor };
  switch (event) {
    case 'machine-changed':
      return {
        state: await startAnew(guest, loader, seen, state),
        moved: true,
        notices: [
          stateNotice('machine-changed', 'machine', `${state.machine.product} before, ${seen.machine.product} now`),
        ],
      };
    case 'firmware-boot':
      // Known from this boot alone, so it reaches the disk with the next write that is needed anyway: a debt is one.
      return {
        state: await settleDebts(guest, loader, after(state, step, guest.clock.now())),
        moved: state.owed.length > 0,
        notices: [],
      };
    case 'nonce-booted':
      return {
        state: await advance(guest, loader, state, { ...step, trial: { runningBoot: seen.bootId } }),
        moved: true,
        notices: [],
      };
    default:
      return {
        state: await advance(guest, loader, state, step),
        moved: true,
        notices: endingNotice(state.trial, event, cause),
      };
  }
};

/** What could not be carried out stays owed, and is tried again at the next boot; the rest of this boot goes on. */
const judgeAndGoOn = async (
  guest: WritableGuest,
  loader: BootLoader,
  state: State,
  seen: BootSeen,
  detection: Detection,
): Promise<Judged> => {
  try {
    return await judgeTrial(guest, loader, state, seen, detection);
  } catch (error) {
    const { state: written } = await readState(guest, seen.machine);
    return { state: written, moved: true, notices: [passNotice('step-failed', 'kernel', saying(error))] };
  }
};

export interface BootOptions {
  /** Milliseconds from now within which everything is done; past it nothing is armed. */
  budgetMs: number;
}

/** What the unchanged boot may build on: a whole record made of the same facts, and no trial that still needs us. */
const unchanged = (read: StateRead, { state, moved }: Judged, look: Look): RecordedPass | null => {
  if (read.notice !== null || moved || state.trial.state === 'running') return null;
  // vCenter writes the document anew at every power-on: what was removed has to be removed again.
  if (state.pass?.scrubbed && look.environment.found !== null) return null;
  return state.pass?.fingerprint === look.fingerprint ? state.pass : null;
};

const changed = async (
  guest: WritableGuest,
  loader: BootLoader,
  read: StateRead,
  judged: Judged,
  look: Look,
  deadline: number,
  log: Log,
): Promise<void> => {
  const began = guest.clock.monotonic();
  const { fullPass } = await import('./full.ts');
  const frozen = read.notice;
  const input = {
    look,
    loader,
    state: judged.state,
    frozen,
    notices: [...(frozen ? [frozen] : []), ...judged.notices],
    deadline,
    only: null,
    byHand: false,
    mayChange: true,
  };
  const pass = await fullPass(guest, input, log);
  const { decideReboot, rebootForTrial } = await import('./reboot.ts');
  const decided = decideReboot(pass, guest);
  const recorded = { ...pass.recorded, outcome: decided.reboots ? ('rebooting' as const) : pass.recorded.outcome };
  const state = { ...decided.state, pass: recorded };
  // A state file we cannot read belongs to somebody: the pass is published for this boot and remembered nowhere.
  const written = read.notice === null ? await writeState(guest, state) : state;
  await publish(guest, recorded, pass.environment);
  const durationMs = Math.round(guest.clock.monotonic() - began);
  await publishStatus(guest, written, look.sealed, { at: recorded.at, durationMs, outcome: recorded.outcome });
  log(
    'notice',
    `${recorded.outcome}: ${look.detection.hypervisor}, profile ${recorded.plan.profile}, ${recorded.plan.steps.length} steps, ${durationMs} ms`,
  );
  if (decided.reboots) await rebootForTrial(guest, written, log);
};

const bootLocked = async (
  guest: WritableGuest,
  detection: Detection,
  { budgetMs }: BootOptions,
  log: Log,
): Promise<void> => {
  const deadline = guest.clock.monotonic() + budgetMs;
  const loader = await bootLoaderOf(guest);
  const seen = await bootSeen(guest, loader);
  const read = await readState(guest, seen.machine);
  const judged: Judged =
    read.notice === null
      ? await judgeAndGoOn(guest, loader, read.state, seen, detection)
      : { state: read.state, moved: true, notices: [] };
  for (const notice of judged.notices) await guest.say(inOneLine(notice));
  await announce(guest, judged.state);
  // Judging may have rewritten the loader's part; what is recorded is what the next boot finds unchanged.
  const now = judged.moved ? { ...seen, loader: await loader.state(guest) } : seen;
  const look = await lookAround(guest, detection, now, deadline);
  const recorded = unchanged(read, judged, look);
  if (recorded === null) return changed(guest, loader, read, judged, look, deadline, log);
  await replay(guest, judged.state, recorded, look, log);
  const lastPass = {
    at: guest.clock.now(),
    durationMs: Math.round(guest.clock.monotonic()),
    outcome: 'unchanged' as const,
  };
  await publishStatus(guest, judged.state, look.sealed, lastPass);
  log('info', `unchanged: ${detection.hypervisor}, ${recorded.plan.steps.length} steps hold`);
};

/** @throws EnlightenError; the boot goes on whatever happens here. */
export const boot = async (guest: WritableGuest, options: BootOptions, log: Log): Promise<void> => {
  const detection = await detect(guest);
  const reason = await outOfTheWay(guest, detection);
  if (reason !== null) return log('info', `nothing to do: ${reason}`);
  await withLock(guest, 'boot', () => bootLocked(guest, detection, options, log));
};
