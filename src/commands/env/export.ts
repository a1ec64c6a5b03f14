import { printJson } from '../../cli.ts';
import type { Form } from './form.ts';
import { fileOption, withEnvironment } from './inforce.ts';

/** POSIX single quotes; a name a shell cannot hold is spelled with underscores. */
const assignment = (key: string, value: string): string =>
  `OVF_${key.replace(/[^A-Za-z0-9_]/g, '_')}='${value.replaceAll("'", "'\\''")}'\n`;

/** Every property as a shell assignment. */
export const exportForm: Form = {
  usage: 'env export [--file FILE]',
  options: fileOption,
  run: invocation =>
    withEnvironment(invocation, ({ properties }) => {
      if (invocation.json) printJson(invocation, properties);
      else for (const [key, value] of Object.entries(properties)) invocation.print(assignment(key, value));
      return 0;
    }),
};
