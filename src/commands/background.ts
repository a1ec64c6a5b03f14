/** What takes minutes, after boot: run by enlighten-background.service once the machine is up, never while it boots. */
import { initramfsAction } from '../actions/initramfs.ts';
import type { Command, Invocation } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import { smbiosStrings } from '../facts/machine.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { inOneLine, type Notice } from '../notices/notice.ts';
import { readLast } from '../ovfenv/last.ts';
import { settledBoots } from '../packages/settled-boots.ts';
import { type Working, workOn } from '../packages/work.ts';
import { type SlowStep, slowSteps } from '../pass/after-boot.ts';
import { asAtBoot } from '../pass/fingerprint.ts';
import { fullPass } from '../pass/full.ts';
import { publish, publishStatus } from '../pass/publish.ts';
import { bootSeen } from '../pass/seen.ts';
import type { InitramfsStep } from '../profiles/step.ts';
import { openJournal } from '../state/journal.ts';
import { withLock } from '../state/lock.ts';
import { type PlannedStep, type State, writeState } from '../state/state.ts';
import { currentState, passInput } from './observing.ts';

const LOCK = '/run/enlighten/background.lock';
/** EX_TEMPFAIL of sysexits.h: the unit starts again after a while. */
const LATER = 75;

/** A trial has the machine for itself: nothing else changes what boots. */
const underTrial = ({ trial }: State): boolean => ['armed', 'running'].includes(trial.state);

const workingOn = async ({ guest }: Invocation): Promise<Working> => {
  const { manufacturer, product } = await smbiosStrings(guest);
  return {
    guest,
    journal: openJournal(guest),
    loader: await bootLoaderOf(guest),
    maker: { manufacturer: manufacturer ?? '', product: product ?? '' },
    source: (await readLast(guest)).last?.environment.source ?? '',
  };
};

const buildFor = async (step: InitramfsStep, { guest, journal }: Working): Promise<Notice | null> => {
  await initramfsAction.apply(step, guest, journal);
  const now = await initramfsAction.check(step, guest);
  return 'by' in now ? now.by : null;
};

/** May it be done now? An old kernel goes when the default has come up often enough; nobody wants one where the kernel itself was undone. */
const isDue = async ({ guest }: Invocation, { held, trial }: State, step: SlowStep): Promise<boolean> => {
  if (held.includes(step.id)) return false;
  if (step.kind !== 'package') return true;
  if (step.tool === undefined && held.includes('kernel')) return false;
  if (step.act !== 'remove') return true;
  if (!['settled', 'none'].includes(trial.state)) return false;
  const { release, bootId } = await bootSeen(guest, await bootLoaderOf(guest));
  return (await settledBoots(guest, release, bootId)) >= (step.afterBoots ?? Number.POSITIVE_INFINITY);
};

/** Plans anew, as what was done may bring more to do; when nothing is left, what there is to try is armed, for the next ordinary reboot. */
const planAgain = (
  { guest, log }: Invocation,
  next: (planned: readonly PlannedStep[]) => Promise<SlowStep | undefined>,
): Promise<State> =>
  withLock(guest, 'background', async () => {
    const input = await passInput(guest);
    const { look, state } = input;
    const fingerprint = asAtBoot(look.fingerprint, state.pass?.fingerprint ?? '');
    const ready = async (planned: readonly PlannedStep[]) => (await next(planned)) === undefined;
    const asked = { byHand: false, only: ['device-names', 'kernel', 'protection'], mayChange: true, ready } as const;
    const begun = { ...input, ...asked, look: { ...look, fingerprint } };
    const first = await fullPass(guest, begun, log);
    // A package of a kernel writes the loader's menu anew, by device names where it had them: they change first.
    const waited = first.recorded.notices.some(({ code }) => code === 'device-name-first');
    const pass = waited ? await fullPass(guest, { ...begun, state: first.state }, log) : first;
    if (input.frozen !== null) return pass.state;
    const { recorded } = pass;
    const written = await writeState(guest, { ...pass.state, pass: recorded });
    await publish(guest, recorded, pass.environment);
    await publishStatus(guest, written, look.sealed, recorded);
    if (pass.armed) log('notice', 'a trial is armed: it starts with the next reboot');
    return written;
  });

/** At a shutdown: half an installation is worse than a late one (TimeoutStopSec= bounds it), and everything else is simply begun anew. */
const untilStopped = (log: Invocation['log']) => {
  const now: { installing: boolean; stopping: boolean } = { installing: false, stopping: false };
  process.on('SIGTERM', () => {
    if (!now.installing) process.exit(0);
    log('notice', 'stopping once the package manager has finished');
    now.stopping = true;
  });
  return now;
};

/** What stands in the way is said, and in the next plan. */
const workOnIt = async (working: Working, step: SlowStep, log: Invocation['log']): Promise<void> => {
  log('notice', `${step.id}: begun`);
  const notice = await (step.kind === 'package' ? workOn(working, step) : buildFor(step, working));
  if (notice === null) log('notice', `${step.id}: done`);
  else log('warning', inOneLine(notice));
};

/**
 * Planning takes long, too: all packages of a plan are installed before the next is made. But a disc may bring something better than what was
 * planned without it, and which initramfs is wanted is known when the kernels are there.
 */
const isOutdated = (since: readonly SlowStep[], next: SlowStep | undefined): boolean =>
  since.length > 0 &&
  (next?.kind !== 'package' || since.some(step => step.kind === 'package' && step.act === 'import'));

/** Until nothing more is waiting that can be done now. */
const workThrough = async (invocation: Invocation, begun: State): Promise<number> => {
  const { log } = invocation;
  const working = await workingOn(invocation);
  const now = untilStopped(log);
  const tried = new Set<string>();
  let state = begun;
  let since: SlowStep[] = [];
  const next = async (planned: readonly PlannedStep[]): Promise<SlowStep | undefined> => {
    for (const step of slowSteps(planned)) {
      if (!tried.has(step.id) && (await isDue(invocation, state, step))) return step;
    }
    return undefined;
  };
  while (!now.stopping) {
    const step = await next(state.pass?.plan.steps ?? []);
    if (isOutdated(since, step)) {
      state = await planAgain(invocation, next);
      since = [];
      continue;
    }
    if (step === undefined) break;
    tried.add(step.id);
    now.installing = step.kind === 'package';
    await workOnIt(working, step, log);
    now.installing = false;
    since.push(step);
  }
  return slowSteps(state.pass?.plan.steps ?? []).some(({ id }) => tried.has(id)) ? LATER : 0;
};

export const command: Command = {
  usage: 'background',
  summary: 'what takes minutes, after boot: packages and initramfs; run by the service',
  async run(invocation) {
    const { guest } = invocation;
    const { read, state } = await currentState(guest);
    // A state we cannot read, and a pass that may change nothing, ask for nothing.
    if (read.notice !== null || underTrial(state) || state.pass?.enforced !== true) return 0;
    try {
      return await withLock(guest, 'background', () => workThrough(invocation, state), LOCK);
    } catch (error) {
      if (error instanceof EnlightenError && error.code === 'locked') return LATER;
      throw error;
    }
  },
};
