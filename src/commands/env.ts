/** `enlighten env`: a table of its forms. */
import type { Command } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import { exportForm } from './env/export.ts';
import type { Form } from './env/form.ts';
import { get } from './env/get.ts';
import { make } from './env/make.ts';
import { show } from './env/show.ts';
import { transports } from './env/transports.ts';

const forms: Record<string, Form> = { show, get, export: exportForm, transports, make };
const all = Object.values(forms);

const unclear = (form: string, happened: string): EnlightenError =>
  new EnlightenError('usage', { tried: 'run', on: `env ${form}`, happened });

export const command: Command = {
  usage: all.map(({ usage }) => usage).join('\n'),
  summary: 'the OVF environment: what the deployer wants',
  words: 1 + Math.max(...all.map(({ words = 0 }) => words)),
  options: Object.assign({}, ...all.map(({ options = {} }) => options)),
  async run(invocation) {
    const [name = 'show', ...words] = invocation.words;
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (!form) throw unclear(name, 'there is no such form');
    const surplus = words[form.words ?? 0];
    if (surplus !== undefined) throw unclear(name, `what ${surplus} is for is not clear`);
    const known = form.options ?? {};
    const foreign = Object.keys(invocation.options).find(
      option => Object.hasOwn(command.options ?? {}, option) && !Object.hasOwn(known, option),
    );
    if (foreign !== undefined) throw unclear(name, `--${foreign} belongs to another form`);
    return form.run(invocation);
  },
};
