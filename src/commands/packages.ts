/** What enlighten-packages.service runs after the boot: the package steps of the plan; nothing here is for people. */
import type { Command, Invocation } from '../cli.ts';
import { smbiosStrings } from '../facts/machine.ts';
import { inOneLine } from '../notices/notice.ts';
import { settledBoots } from '../packages/settled-boots.ts';
import { type Working, workOn } from '../packages/work.ts';
import { fullPass, type PassInput } from '../pass/full.ts';
import { publish, publishStatus } from '../pass/publish.ts';
import type { PackageStep } from '../profiles/step.ts';
import { openJournal } from '../state/journal.ts';
import { withLock } from '../state/lock.ts';
import { type State, writeState } from '../state/state.ts';
import { passInput } from './observing.ts';

/** EX_TEMPFAIL of sysexits.h: the unit starts again after a while. */
const LATER = 75;

const waitingIn = ({ pass, held }: State): PackageStep[] =>
  (pass?.enforced ? pass.plan.steps : []).flatMap(({ step, standing }) =>
    step.kind === 'package' && standing.state === 'pending' && !held.includes(step.id) ? [step] : [],
  );

/** While a trial lasts nothing else changes what boots. */
const underTrial = ({ trial }: State): boolean => ['armed', 'running'].includes(trial.state);

/** Plans anew and arms what there is now to try: the next ordinary reboot tries it. */
const planAgain = (invocation: Invocation): Promise<State> =>
  withLock(invocation.guest, 'packages', async () => {
    const { guest, log } = invocation;
    const input: PassInput = {
      ...(await passInput(guest)),
      byHand: false,
      only: ['kernel', 'protection'],
      mayChange: true,
    };
    const pass = await fullPass(guest, input, log);
    const { recorded } = pass;
    if (input.frozen !== null) return pass.state;
    const written = await writeState(guest, { ...pass.state, pass: recorded });
    await publish(guest, recorded, pass.environment);
    await publishStatus(guest, written, input.look.sealed, recorded);
    return written;
  });

const prunes = async ({ guest }: Invocation, after: number, input: PassInput): Promise<boolean> => {
  const { state, look } = input;
  if (after === 0 || !['settled', 'none'].includes(state.trial.state)) return false;
  return (await settledBoots(guest, look.seen.release, look.seen.bootId)) >= after;
};

/** Until nothing more is waiting that can be done now; an import may bring new steps, so what is planned is read again. */
const workThrough = async (invocation: Invocation): Promise<number> => {
  const { guest, log } = invocation;
  const input = await passInput(guest);
  const { manufacturer, product } = await smbiosStrings(guest);
  const working: Working = {
    guest,
    journal: openJournal(guest),
    loader: input.loader,
    maker: { manufacturer: manufacturer ?? '', product: product ?? '' },
    source: input.look.environment.found?.source ?? '',
  };
  const tried = new Set<string>();
  let { state } = input;
  let failed = false;
  while (!underTrial(state)) {
    const step = waitingIn(state).find(({ id }) => !tried.has(id));
    if (!step) break;
    tried.add(step.id);
    if (step.act === 'remove' && !(await prunes(invocation, step.afterBoots ?? 0, input))) continue;
    log('notice', `${step.id}: ${step.act}`);
    const notice = await workOn(working, step);
    if (notice === null) log('notice', `${step.id}: ${step.desired}`);
    else log('warning', inOneLine(notice));
    failed ||= notice !== null;
    state = await planAgain(invocation);
  }
  return failed ? LATER : 0;
};

export const command: Command = {
  usage: 'packages',
  summary: 'what runs after the boot: packages that are to be installed or removed',
  async run(invocation) {
    // A shutdown waits for the package manager: half an installation is worse than a late one (TimeoutStopSec= bounds it).
    process.on('SIGTERM', () => invocation.log('notice', 'stopping once the package manager has finished'));
    return workThrough(invocation);
  },
};
