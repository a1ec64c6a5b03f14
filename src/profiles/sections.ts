/** The sections of a profile, as far as they are alike: lines in a list, or lines by name. */
import type { Facts } from '../facts/facts.ts';
import { holds } from './condition.ts';
import type { Line, Profile } from './schema.ts';

export const emptyProfile = (name: string): Profile => ({
  name,
  kernel: [],
  sysctl: {},
  block: [],
  modules: [],
  initramfs: [],
});

/** The profile with only those lines whose condition holds here: the others are as if they were not written. */
export const holdingHere = (profile: Profile, facts: Facts): Profile => {
  const listed = <L extends Line>(lines: readonly L[]): L[] => lines.filter(({ when }) => holds(when, facts));
  const named = <L extends Line>(lines: Readonly<Record<string, L>>): Record<string, L> =>
    Object.fromEntries(Object.entries(lines).filter(([, { when }]) => holds(when, facts)));
  return {
    ...profile,
    kernel: listed(profile.kernel),
    sysctl: named(profile.sysctl),
    block: listed(profile.block),
    modules: listed(profile.modules),
    initramfs: listed(profile.initramfs),
  };
};
