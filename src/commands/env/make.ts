import { EnlightenError } from '../../errors.ts';
import { makeDocument } from '../../ovfenv/make.ts';
import type { Form } from './form.ts';

const pairOf = (word: string): readonly [string, string] => {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw new EnlightenError('usage', { tried: 'write', on: word, happened: 'a property is written KEY=VALUE' });
};

/** `KEY=VALUE` words as a document on standard output. */
export const make: Form = {
  usage: 'env make [--id ID] KEY=VALUE …',
  words: 1000,
  options: { id: { type: 'string' } },
  async run({ words, options, print }) {
    const id = typeof options['id'] === 'string' ? options['id'] : '';
    print(makeDocument(id, Object.fromEntries(words.slice(1).map(pairOf))));
    return 0;
  },
};
