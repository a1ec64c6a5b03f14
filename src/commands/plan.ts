import { type Command, printJson } from '../cli.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Observed } from '../pass/full.ts';
import { planJson } from '../pass/plan-json.ts';
import { openJournal } from '../state/journal.ts';
import { observeNow } from './observing.ts';

const PENDING = 4;

/** Applied, and yet it does not hold. A kernel whose trial is under way is applied and not yet decided. */
const driftedOf = async (guest: WritableGuest, { wing }: Observed, pending: readonly string[]): Promise<string[]> => {
  const entries = await openJournal(guest).entries();
  const undecided = ['armed', 'running'].includes(wing.state.trial.state);
  return entries
    .filter(({ phase, kind }) => phase === 'done' && !(kind === 'kernel' && undecided))
    .map(({ id }) => id)
    .filter(id => pending.includes(id));
};

/** The document of `plan --json` for what was observed. */
export const planDocument = async (guest: WritableGuest, observed: Observed) => {
  const pending = observed.planned.filter(({ standing }) => standing.state === 'pending').map(({ step }) => step.id);
  const drifted = await driftedOf(guest, observed, pending);
  return planJson({ profile: observed.profile, steps: observed.planned }, drifted);
};

export const command: Command = {
  usage: 'plan',
  summary: 'what should hold here: current → desired, with reasons',
  async run(invocation) {
    const { guest } = invocation;
    const { observed } = await observeNow(guest);
    const document = await planDocument(guest, observed);
    if (invocation.json) printJson(invocation, document);
    else {
      const { describePlan } = await import('../terminal/plan.ts');
      invocation.print(describePlan(document, observed.notices));
    }
    return document.steps.some(({ state }) => state === 'pending') ? PENDING : 0;
  },
};
