/** What the deployer wants, from the words and options of `env make`. */
import { resolve } from 'node:path';
import type { Invocation } from '../../cli.ts';
import { EnlightenError } from '../../errors.ts';
import type { Path } from '../../guest/guest.ts';
import type { Peer } from '../../ovfenv/environment.ts';
import { largestDocument } from '../../ovfenv/limits.ts';
import { asDeclared } from '../../ovfenv/make/declared.ts';
import type { Wishes } from '../../ovfenv/make/document.ts';
import { fetchFile } from '../../ovfenv/transports/file.ts';

export const wishesOptions = {
  set: { type: 'string', multiple: true },
  'set-file': { type: 'string', multiple: true },
  peer: { type: 'string', multiple: true },
  id: { type: 'string' },
  descriptor: { type: 'string' },
} as const;

type Pair = readonly [string, string];

const unclear = (on: string, happened: string): EnlightenError =>
  new EnlightenError('usage', { tried: 'write', on, happened });

/** An option that may be given several times. */
export const listOf = ({ options }: Invocation, name: string): string[] => {
  const given = options[name];
  return Array.isArray(given) ? given : [];
};

/** A person's path is relative to where they stand; under --root it is the guest's. */
export const pathOf = ({ guest }: Invocation, path: string): Path => (guest.live ? resolve(path) : resolve('/', path));

/** @param shown what an error says where there is no `=`: never the word itself, which may be a secret that lost its key */
const pairOf = (word: string, shown: string): Pair => {
  const equals = word.indexOf('=');
  if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
  throw unclear(shown, 'a property is written KEY=VALUE');
};

/** Without the line break that ends it, as editors and `echo` leave one. */
const textOf = (bytes: Buffer, key: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    throw unclear(key, 'the file of its value is not UTF-8');
  }
};

/** KEY=FILE: the value stands in a file, or in standard input where the file is `-`; other users see the arguments of a program, not these. */
const filedPair = async (invocation: Invocation, word: string): Promise<Pair> => {
  const [key, file] = pairOf(word, word);
  const bytes =
    file === '-'
      ? await invocation.input(largestDocument)
      : (await fetchFile(invocation.guest, pathOf(invocation, file))).document;
  return [key, textOf(bytes, key)];
};

/** Each key once: of two values nobody could say which is meant. */
const propertiesOf = (pairs: readonly Pair[]): Record<string, string> => {
  const properties = new Map<string, string>();
  for (const [key, value] of pairs) {
    if (properties.has(key)) throw unclear(key, 'it is given twice');
    properties.set(key, value);
  }
  return Object.fromEntries(properties);
};

/** ID:KEY=VALUE, several of one ID together. */
const peersOf = (words: readonly string[]): Peer[] => {
  const pairs = words.map(word => {
    const [, id, pair] = /^([^:=]+):(.*)$/s.exec(word) ?? [];
    if (id === undefined || pair === undefined) throw unclear('--peer', "a sibling's property is written ID:KEY=VALUE");
    return { id, pair: pairOf(pair, `--peer ${id}`) };
  });
  const byId = Map.groupBy(pairs, ({ id }) => id);
  return [...byId].map(([id, its]) => ({ id, properties: propertiesOf(its.map(({ pair }) => pair)) }));
};

/** What the deployer says, with the appliance's defaults where there is a descriptor. @throws EnlightenError for what cannot be meant */
export const wishesOf = async (invocation: Invocation): Promise<Wishes> => {
  const { words, options, guest } = invocation;
  const said = [...words.slice(1), ...listOf(invocation, 'set')].map(word => pairOf(word, 'a property'));
  const filed: Pair[] = [];
  for (const word of listOf(invocation, 'set-file')) filed.push(await filedPair(invocation, word));
  const wishes = {
    id: typeof options['id'] === 'string' ? options['id'] : '',
    properties: propertiesOf([...said, ...filed]),
    peers: peersOf(listOf(invocation, 'peer')),
  };
  const { descriptor } = options;
  if (typeof descriptor !== 'string') return wishes;
  return asDeclared(wishes, await fetchFile(guest, pathOf(invocation, descriptor)));
};
