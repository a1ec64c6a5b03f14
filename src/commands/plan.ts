import { type Command, printJson } from '../cli.ts';
import { planJson } from '../pass/plan-json.ts';
import { openJournal } from '../state/journal.ts';
import { observeNow } from './observing.ts';

const PENDING = 4;

export const command: Command = {
  usage: 'plan',
  summary: 'what should hold here: current → desired, with reasons',
  async run(invocation) {
    const { guest } = invocation;
    const { observed } = await observeNow(guest);
    const done = (await openJournal(guest).entries()).filter(({ phase }) => phase === 'done').map(({ id }) => id);
    const pending = observed.planned.filter(({ standing }) => standing.state === 'pending').map(({ step }) => step.id);
    const drifted = pending.filter(id => done.includes(id));
    const document = planJson({ profile: observed.profile, steps: observed.planned }, drifted);
    if (invocation.json) printJson(invocation, document);
    else {
      const { describePlan } = await import('../terminal/plan.ts');
      invocation.print(describePlan(document, observed.notices));
    }
    return pending.length > 0 ? PENDING : 0;
  },
};
