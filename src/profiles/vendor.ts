import { saying } from '../errors.ts';
import type { Bytes, Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Profile } from './schema.ts';

const FOLDER = '/etc/enlighten/profiles.d';
const MAX_FILES = 64;
const MAX_SIZE: Bytes = 256 * 1024;
/** All files together: the worst YAML takes seconds for each 256 KiB. */
const MAX_TOTAL: Bytes = 1024 * 1024;

/** The vendor's profiles, in the order of their file names. An invalid file is a Notice and otherwise ignored. */
export const vendorProfiles = async (guest: Guest): Promise<{ profiles: Profile[]; notices: Notice[] }> => {
  const files = (await guest.list(FOLDER)).filter(name => name.endsWith('.yaml'));
  if (files.length === 0) return { profiles: [], notices: [] };
  const { readProfile } = await import('./document.ts');
  const profiles = new Map<string, Profile>();
  const notices: Notice[] = [];
  let room = MAX_TOTAL;
  if (files.length > MAX_FILES) notices.push(profileNotice('profile-too-many', FOLDER, `${files.length}`));
  for (const name of files.slice(0, MAX_FILES)) {
    const file = `${FOLDER}/${name}`;
    let content: Buffer | null;
    try {
      content = await guest.read(file, Math.min(MAX_SIZE, room));
    } catch (error) {
      notices.push(profileNotice('profile-unreadable', file, saying(error)));
      continue;
    }
    if (content === null) continue;
    room -= content.length;
    const { profile, notices: mistakes } = readProfile(content.toString('utf8'), file);
    notices.push(...mistakes);
    if (profile === null) continue;
    if (profiles.has(profile.name)) notices.push(profileNotice('profile-twice', file, profile.name));
    profiles.set(profile.name, profile);
  }
  return { profiles: [...profiles.values()], notices };
};
