import { printJson } from '../../cli.ts';
import { environmentJson } from '../../ovfenv/json.ts';
import { describeEnvironment } from '../../terminal/environment.ts';
import type { Form } from '../form.ts';
import { fileOption, withEnvironment } from './inforce.ts';

/** The whole environment; passwords only with `--reveal`. */
export const show: Form = {
  usage: 'env show [--file FILE] [--reveal]',
  options: { ...fileOption, reveal: { type: 'boolean' } },
  run: invocation =>
    withEnvironment(invocation, (environment, look) => {
      const document = environmentJson(environment, { reveal: invocation.options['reveal'] === true });
      if (invocation.json) printJson(invocation, document);
      else invocation.print(describeEnvironment(document, look?.asked ?? []));
      return 0;
    }),
};
