/** From Facts and Settings to the Plan: the profiles are read, the one that holds here is chosen, the plan is made. */
import type { Facts } from '../facts/facts.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { Settings } from '../settings/settings.ts';
import { computedHere } from './computed.ts';
import { unfitKernels } from './fitness.ts';
import { chooseProfile } from './match.ts';
import { plan } from './plan.ts';
import { readProfiles } from './read.ts';
import type { Profile } from './schema.ts';
import { holdingHere } from './sections.ts';
import type { Plan } from './step.ts';

export const planFor = async (
  guest: Guest,
  facts: Facts,
  settings: Settings,
): Promise<{ plan: Plan; notices: Notice[] }> => {
  const { profiles, notices } = await readProfiles(guest);
  const here = (all: readonly Profile[]) => all.map(profile => holdingHere(profile, facts));
  const holding = { vendor: here(profiles.vendor), builtin: here(profiles.builtin) };
  const choice = chooseProfile(settings, facts.detection, holding);
  const { profile, notices: uncomputed } = await computedHere(choice.profile, facts);
  const unfit = await unfitKernels(guest, facts, profile);
  return { plan: plan(facts, settings, profile, unfit), notices: [...notices, ...choice.notices, ...uncomputed] };
};
