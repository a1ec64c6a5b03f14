import { type Command, printJson } from '../cli.ts';
import { withLock } from '../state/lock.ts';

const PROBLEMS = 4;

export const command: Command = {
  usage: 'seal',
  summary: 'the vendor’s last act on an image: from here on it is an appliance',
  async run(invocation) {
    const { seal } = await import('../seal/seal.ts');
    const { problems, universal } = await withLock(invocation.guest, 'seal', () => seal(invocation.guest));
    if (invocation.json)
      printJson(invocation, { schemaVersion: 1, sealed: problems.length === 0, universal, problems });
    else {
      for (const { subject, happened, remedy } of problems) invocation.print(`${subject}: ${happened} ${remedy}\n`);
      invocation.print(problems.length > 0 ? 'Not sealed.\n' : `Sealed. ${universal} boots everywhere.\n`);
    }
    return problems.length > 0 ? PROBLEMS : 0;
  },
};
