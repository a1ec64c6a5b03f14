import { printJson } from '../../cli.ts';
import type { Form } from '../form.ts';
import { NONE } from './form.ts';
import { fileOption, withEnvironment } from './inforce.ts';

/** One bare value, for scripts. */
export const get: Form = {
  usage: 'env get KEY [--file FILE]',
  words: 1,
  options: fileOption,
  run: invocation =>
    withEnvironment(invocation, ({ properties }) => {
      const key = invocation.words[1] ?? '';
      const value = Object.hasOwn(properties, key) ? properties[key] : undefined;
      if (value === undefined) return NONE;
      if (invocation.json) printJson(invocation, value);
      else invocation.print(`${value}\n`);
      return 0;
    }),
};
