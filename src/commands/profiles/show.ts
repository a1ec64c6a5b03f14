import { printJson } from '../../cli.ts';
import { EnlightenError } from '../../errors.ts';
import { inOneLine } from '../../notices/notice.ts';
import { profileNamed } from '../../profiles/match.ts';
import { readProfiles } from '../../profiles/read.ts';
import { shownLines } from '../../profiles/shown.ts';
import { describeProfile } from '../../terminal/profiles.ts';
import type { Form } from '../form.ts';

/** Every line of one profile, inherited ones, too, whether they hold here or not. */
export const show: Form = {
  usage: 'profiles show NAME',
  words: 1,
  async run(invocation) {
    const { guest, words, json, log, print } = invocation;
    const [, name] = words;
    if (name === undefined) {
      throw new EnlightenError('usage', { tried: 'show', on: 'a profile', happened: 'none is named' });
    }
    const { profiles, notices } = await readProfiles(guest);
    const choice = profileNamed(profiles, name);
    for (const notice of [...notices, ...(choice?.notices ?? [])]) log('warning', inOneLine(notice));
    if (choice === null) {
      throw new EnlightenError('none', {
        ...{ tried: 'show', on: name, happened: 'there is no such profile' },
        remedy: '`enlighten profiles list` names them.',
      });
    }
    const [, ...parents] = choice.chain.map(profile => profile.name);
    const match = choice.profile.match ?? null;
    const document = {
      schemaVersion: 1,
      name,
      extends: parents,
      match,
      lines: shownLines(choice.profile, choice.chain),
    };
    if (json) printJson(invocation, document);
    else print(describeProfile(document));
    return 0;
  },
};
