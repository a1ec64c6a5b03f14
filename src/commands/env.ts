import { resolve } from 'node:path';
import { type Command, type Invocation, printJson } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import { inOneLine } from '../notices/notice.ts';
import { readDocument } from '../ovfenv/document.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { environmentInForce } from '../ovfenv/inforce.ts';
import { environmentJson } from '../ovfenv/json.ts';
import { makeDocument } from '../ovfenv/make.ts';
import { fetchEnvironment, type LookAround } from '../ovfenv/read.ts';
import { fetchFile } from '../ovfenv/transports/file.ts';
import { describeEnvironment } from '../terminal/environment.ts';

const NONE = 3;
const REFUSED = 1;

interface Looked {
  environment: Environment | null;
  refused: string | null;
  look: LookAround | null;
}

const lookFor = async ({ guest, options }: Invocation): Promise<Looked> => {
  if (typeof options['file'] === 'string') {
    // A person's path is relative to where they stand; under --root it is the guest's.
    const file = guest.live ? resolve(options['file']) : options['file'];
    const read = await readDocument(await fetchFile(guest, file));
    return 'environment' in read
      ? { environment: read.environment, refused: null, look: null }
      : { environment: null, refused: inOneLine(read.refused), look: null };
  }
  const look = await fetchEnvironment(guest);
  const { environment, refused } = await environmentInForce(guest, look);
  return { environment, refused: refused && inOneLine(refused), look };
};

/** POSIX single quotes; a name a shell cannot hold is spelled with underscores. */
const assignment = (key: string, value: string): string =>
  `OVF_${key.replace(/[^A-Za-z0-9_]/g, '_')}='${value.replaceAll("'", "'\\''")}'\n`;

const forms: Record<string, (invocation: Invocation, environment: Environment, look: LookAround | null) => number> = {
  show(invocation, environment, look) {
    const document = environmentJson(environment, { reveal: invocation.options['reveal'] === true });
    if (invocation.json) printJson(invocation, document);
    else invocation.print(describeEnvironment(document, look?.asked ?? []));
    return 0;
  },
  get(invocation, environment) {
    const key = invocation.words[1] ?? '';
    const value = Object.hasOwn(environment.properties, key) ? environment.properties[key] : undefined;
    if (value === undefined) return NONE;
    if (invocation.json) printJson(invocation, value);
    else invocation.print(`${value}\n`);
    return 0;
  },
  export(invocation, environment) {
    if (invocation.json) printJson(invocation, environment.properties);
    if (invocation.json) return 0;
    for (const [key, value] of Object.entries(environment.properties)) invocation.print(assignment(key, value));
    return 0;
  },
};

/** `KEY=VALUE` words as a document on standard output. */
const make = ({ words, options, print }: Invocation): number => {
  const pairs = words.slice(1).map(word => {
    const equals = word.indexOf('=');
    if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)] as const;
    throw new EnlightenError('usage', { tried: 'write', on: word, happened: 'a property is written KEY=VALUE' });
  });
  print(makeDocument(typeof options['id'] === 'string' ? options['id'] : '', Object.fromEntries(pairs)));
  return 0;
};

const transports = async (invocation: Invocation): Promise<number> => {
  const { asked, found } = await fetchEnvironment(invocation.guest);
  const rows = asked.map(({ transport, ms }) => ({
    transport,
    ms: Math.round(ms),
    found: found?.transport === transport,
  }));
  if (invocation.json) printJson(invocation, { schemaVersion: 1, transports: rows });
  else
    for (const { transport, ms, found: has } of rows)
      invocation.print(`${transport}  ${ms} ms  ${has ? 'found' : 'nothing'}\n`);
  return found === null ? NONE : 0;
};

export const command: Command = {
  usage: 'env show [--file FILE] [--reveal]\nenv get KEY\nenv export\nenv transports\nenv make [--id ID] KEY=VALUE …',
  summary: 'the OVF environment: what the deployer wants',
  words: 1000,
  options: { file: { type: 'string' }, reveal: { type: 'boolean' }, id: { type: 'string' } },
  async run(invocation) {
    const [form = 'show'] = invocation.words;
    if (form === 'make') return make(invocation);
    const surplus = invocation.words[2];
    if (surplus !== undefined)
      throw new EnlightenError('usage', {
        tried: 'run',
        on: `env ${form}`,
        happened: `what ${surplus} is for is not clear`,
      });
    if (form === 'transports') return transports(invocation);
    const act = Object.hasOwn(forms, form) ? forms[form] : undefined;
    if (!act) throw new EnlightenError('usage', { tried: 'run', on: `env ${form}`, happened: 'there is no such form' });
    const { environment, refused, look } = await lookFor(invocation);
    if (refused !== null) invocation.log('error', refused);
    if (environment === null) return refused === null ? NONE : REFUSED;
    const code = act(invocation, environment, look);
    return refused === null ? code : REFUSED;
  },
};
