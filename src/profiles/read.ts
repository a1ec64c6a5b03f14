/** Every profile there is on this guest: the built-in ones, and the vendor's. */
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { builtinProfiles } from './builtin.ts';
import type { Profiles } from './match.ts';
import { vendorProfiles } from './vendor.ts';

export const readProfiles = async (guest: Guest): Promise<{ profiles: Profiles; notices: Notice[] }> => {
  const { profiles: vendor, notices } = await vendorProfiles(guest);
  return { profiles: { vendor, builtin: await builtinProfiles() }, notices };
};
