import { type Invocation, printJson } from '../../cli.ts';
import { detect } from '../../detect/detect.ts';
import { inOneLine } from '../../notices/notice.ts';
import { environmentInForce } from '../../ovfenv/inforce.ts';
import { fetchEnvironment } from '../../ovfenv/read.ts';
import { chooseProfile, type Profiles } from '../../profiles/match.ts';
import { readProfiles } from '../../profiles/read.ts';
import type { Profile } from '../../profiles/schema.ts';
import { gatherSettings } from '../../settings/gather.ts';
import { isSealed } from '../../state/sealed.ts';
import { describeProfiles } from '../../terminal/profiles.ts';
import type { Form } from '../form.ts';

/** Names of the profiles whose lines hold here, as a plan would choose them. */
const chosenHere = async ({ guest }: Invocation, profiles: Profiles): Promise<string[]> => {
  const detection = await detect(guest);
  const { environment } = await environmentInForce(guest, await fetchEnvironment(guest, detection));
  const { settings } = await gatherSettings(guest, environment, await isSealed(guest));
  return chooseProfile(settings, detection, profiles).chain.map(({ name }) => name);
};

/** A vendor's profile hides the built-in one of its name, unless it extends that. */
const entryOf = (source: 'vendor' | 'built-in', chosen: readonly string[]) => (profile: Profile) => ({
  name: profile.name,
  source,
  extends: profile.extends ?? null,
  match: profile.match ?? null,
  chosen: chosen.includes(profile.name),
});

export const list: Form = {
  usage: 'profiles list',
  async run(invocation) {
    const { profiles, notices } = await readProfiles(invocation.guest);
    for (const notice of notices) invocation.log('warning', inOneLine(notice));
    const chosen = await chosenHere(invocation, profiles);
    const entries = [
      ...profiles.vendor.map(entryOf('vendor', chosen)),
      ...profiles.builtin.map(entryOf('built-in', chosen)),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (invocation.json) printJson(invocation, { schemaVersion: 1, profiles: entries });
    else invocation.print(describeProfiles(entries));
    return 0;
  },
};
