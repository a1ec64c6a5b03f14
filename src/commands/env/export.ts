import { printJson } from '../../cli.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { inOneLine } from '../../notices/notice.ts';
import { withoutSecrets } from '../../ovfenv/secrets.ts';
import { assignments } from '../../ovfenv/shell.ts';
import type { Form } from '../form.ts';
import { fileOption, withEnvironment } from './inforce.ts';

/** Every property as a shell assignment, in the one form there is: `--shell` only says so. Secrets are left out, not masked. */
export const exportForm: Form = {
  usage: 'env export [--shell] [--reveal] [--file FILE]',
  options: { ...fileOption, shell: { type: 'boolean' }, reveal: { type: 'boolean' } },
  run: invocation =>
    withEnvironment(invocation, environment => {
      const { properties } = invocation.options['reveal'] === true ? environment : withoutSecrets(environment);
      const hidden = Object.keys(environment.properties).length - Object.keys(properties).length;
      if (hidden > 0) invocation.log('info', `${hidden} secret properties are left out; --reveal exports them, too`);
      if (invocation.json) {
        printJson(invocation, properties);
        return 0;
      }
      const { text, lost } = assignments(properties);
      if (lost.length > 0) {
        const named = lost.slice(0, 5).join(', ') + (lost.length > 5 ? ` and ${lost.length - 5} more` : '');
        invocation.log('warning', inOneLine(environmentNotice('environment-same-name', environment.source, named)));
      }
      invocation.print(text);
      return 0;
    }),
};
