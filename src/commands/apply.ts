import { type Command, type Invocation, printJson } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { transition } from '../kernel/trial/table.ts';
import { fullPass, type PassInput } from '../pass/full.ts';
import { planJson } from '../pass/plan-json.ts';
import { publish, publishStatus } from '../pass/publish.ts';
import { type StepKind, stepKinds } from '../profiles/step.ts';
import { withLock } from '../state/lock.ts';
import { noTrial, refuseNewer, type State, writeState } from '../state/state.ts';
import { currentState, passInput } from './observing.ts';

const REBOOT_NEEDED = 5;

const kindsOf = (list: string): StepKind[] => {
  const kinds = list.split(',').map(kind => kind.trim());
  const known = kinds.filter((kind): kind is StepKind => (stepKinds as readonly string[]).includes(kind));
  if (known.length === kinds.length) return known;
  throw new EnlightenError('usage', { tried: 'apply', on: list, happened: `kinds are ${stepKinds.join(', ')}` });
};

/** Lifts the verdict: a state without memory of failed trials, of the same machine. */
const withoutVerdicts = (state: State): State => ({
  ...state,
  verdicts: [],
  reboots: { candidates: '', count: 0 },
  trial: transition(state.trial.state, 'retry') === null ? { ...state.trial, attempts: 0 } : noTrial,
});

/** What a person asks for is no longer held. */
const released = (state: State, { only }: Pick<PassInput, 'only'>): State => ({
  ...state,
  held: only === null ? [] : state.held.filter(id => !only.some(kind => id === kind || id.startsWith(`${kind}:`))),
});

const applyLocked = async (
  guest: WritableGuest,
  invocation: Invocation,
  asked: Pick<PassInput, 'only' | 'mayChange'>,
  retry: boolean,
): Promise<number> => {
  refuseNewer((await currentState(guest)).read);
  const input: PassInput = { ...(await passInput(guest)), ...asked };
  const state = released(retry ? withoutVerdicts(input.state) : input.state, input);
  // `apply` is a person's word: it enforces even where the image is not sealed, but never against enlighten.mode=off or plan.
  const pass = await fullPass(guest, { ...input, state, frozen: retry ? null : input.frozen }, invocation.log);
  const { recorded } = pass;
  const written =
    input.mayChange && (retry || input.frozen === null)
      ? await writeState(guest, { ...pass.state, pass: recorded })
      : pass.state;
  if (input.mayChange) {
    await publish(guest, recorded, pass.environment);
    await publishStatus(guest, written, input.look.sealed, {
      at: recorded.at,
      durationMs: recorded.durationMs,
      outcome: recorded.outcome,
    });
  }
  const document = planJson(recorded.plan);
  if (invocation.json) printJson(invocation, document);
  else {
    const { describePlan } = await import('../terminal/plan.ts');
    invocation.print(describePlan(document, recorded.notices));
    if (pass.armed) invocation.print('A trial is armed: it starts with the next reboot.\n');
  }
  if (recorded.outcome === 'failed') return 1;
  return pass.armed ? REBOOT_NEEDED : 0;
};

export const command: Command = {
  usage: 'apply [--dry-run] [--only KIND,…] [--retry kernel]',
  summary: 'apply what is pending, and release what was held',
  options: { 'dry-run': { type: 'boolean' }, only: { type: 'string' }, retry: { type: 'string' } },
  async run(invocation) {
    const { guest, options } = invocation;
    const { only, retry } = options;
    if (retry !== undefined && retry !== 'kernel') {
      throw new EnlightenError('usage', {
        tried: 'retry',
        on: String(retry),
        happened: 'only `kernel` can be retried',
      });
    }
    const asked = { only: typeof only === 'string' ? kindsOf(only) : null, mayChange: options['dry-run'] !== true };
    return withLock(guest, 'apply', () => applyLocked(guest, invocation, asked, retry === 'kernel'));
  },
};
