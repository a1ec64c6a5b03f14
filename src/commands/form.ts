/** A command whose first word says what it does: `env show`, `profiles check FILE`. */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Command, Invocation } from '../cli.ts';
import { EnlightenError } from '../errors.ts';

/** What each word after the command is given and gives back. */
export interface Form {
  /** `env get KEY` */
  usage: string;
  /** How many words may follow the form's name; the default is none. */
  words?: number;
  options?: ParseArgsOptionsConfig;
  /** @returns the exit code. */
  run(invocation: Invocation): Promise<number>;
}

/** @param first the form that is meant where none is named */
export const commandOf = (name: string, summary: string, forms: Record<string, Form>, first: string): Command => {
  const all = Object.values(forms);
  const options: ParseArgsOptionsConfig = Object.assign({}, ...all.map(form => form.options ?? {}));
  const unclear = (form: string, happened: string): EnlightenError =>
    new EnlightenError('usage', { tried: 'run', on: `${name} ${form}`, happened });
  return {
    usage: all.map(({ usage }) => usage).join('\n'),
    summary,
    words: 1 + Math.max(...all.map(({ words = 0 }) => words)),
    options,
    async run(invocation) {
      const [wanted = first, ...words] = invocation.words;
      const form = Object.hasOwn(forms, wanted) ? forms[wanted] : undefined;
      if (!form) throw unclear(wanted, `there is no such form; there are ${Object.keys(forms).join(', ')}`);
      const surplus = words[form.words ?? 0];
      if (surplus !== undefined) throw unclear(wanted, `what ${surplus} is for is not clear`);
      const known = form.options ?? {};
      const foreign = Object.keys(invocation.options).find(
        option => Object.hasOwn(options, option) && !Object.hasOwn(known, option),
      );
      if (foreign !== undefined) throw unclear(wanted, `--${foreign} belongs to another form`);
      return form.run(invocation);
    },
  };
};
