import { type Command, printJson } from '../cli.ts';
import { withLock } from '../state/lock.ts';

const PROBLEMS = 4;

export const command: Command = {
  usage: 'seal [--identity]',
  summary: 'the vendor’s last act on an image: from here on it is an appliance',
  options: { identity: { type: 'boolean' } },
  async run(invocation) {
    const { seal } = await import('../seal/seal.ts');
    const { guest, options } = invocation;
    const whole = options['identity'] === true;
    const { problems, universal, notices } = await withLock(guest, 'seal', () => seal(guest, whole));
    if (invocation.json)
      printJson(invocation, { schemaVersion: 1, sealed: problems.length === 0, universal, problems, notices });
    else {
      for (const { subject, happened, remedy } of [...problems, ...notices])
        invocation.print(`${subject}: ${happened} ${remedy}\n`);
      invocation.print(problems.length > 0 ? 'Not sealed.\n' : `Sealed. ${universal} boots everywhere.\n`);
    }
    return problems.length > 0 ? PROBLEMS : 0;
  },
};
