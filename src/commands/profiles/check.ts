import { resolve } from 'node:path';
import { type Invocation, printJson } from '../../cli.ts';
import { EnlightenError } from '../../errors.ts';
import { profileNamed } from '../../profiles/match.ts';
import { readProfiles } from '../../profiles/read.ts';
import { shownLines } from '../../profiles/shown.ts';
import type { Form } from '../form.ts';

const MISTAKEN = 1;
/** As vendor.ts reads them at boot. */
const MAX_SIZE = 256 * 1024;

const textOf = async ({ guest }: Invocation, file: string): Promise<string> => {
  const content = await guest.read(file, MAX_SIZE);
  if (content !== null) return content.toString('utf8');
  throw new EnlightenError('none', { tried: 'check', on: file, happened: 'there is no such file' });
};

/** Reads one file as a boot would; each mistake with its line, its column and what is allowed there. */
export const check: Form = {
  usage: 'profiles check FILE',
  words: 1,
  async run(invocation) {
    const { guest, words, json, print } = invocation;
    const [, named] = words;
    if (named === undefined) {
      throw new EnlightenError('usage', { tried: 'check', on: 'a profile', happened: 'no file is named' });
    }
    // A person's path is relative to where they stand; under --root it is the guest's.
    const file = guest.live ? resolve(named) : named;
    const { parseProfile } = await import('../../profiles/document.ts');
    const found = parseProfile(await textOf(invocation, file));
    const mistakes = Array.isArray(found) ? found : [];
    if (json) printJson(invocation, { schemaVersion: 1, file, valid: mistakes.length === 0, mistakes });
    else for (const { line, column, what } of mistakes) print(`${file}:${line}:${column}: ${what}\n`);
    if (Array.isArray(found)) return MISTAKEN;
    const { profiles } = await readProfiles(guest);
    const choice = profileNamed({ ...profiles, vendor: [found, ...profiles.vendor] }, found.name);
    for (const { subject, happened } of choice?.notices ?? []) invocation.log('warning', `${subject}: ${happened}`);
    if (!json) print(`${file}: profile ${found.name}, ${shownLines(found, []).length} lines of its own\n`);
    return 0;
  },
};
