/** From Facts and Settings to the Plan: the profiles are read, the one that holds here is chosen, the plan is made. */
import type { Facts } from '../facts/facts.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { Settings } from '../settings/settings.ts';
import { builtinProfiles } from './builtin.ts';
import { unfitKernels } from './fitness.ts';
import { chooseProfile } from './match.ts';
import { plan } from './plan.ts';
import type { Plan } from './step.ts';
import { vendorProfiles } from './vendor.ts';

export const planFor = async (
  guest: Guest,
  facts: Facts,
  settings: Settings,
): Promise<{ plan: Plan; notices: Notice[] }> => {
  const vendor = await vendorProfiles(guest);
  const profiles = { vendor: vendor.profiles, builtin: await builtinProfiles() };
  const choice = chooseProfile(settings, facts.detection, profiles);
  const unfit = await unfitKernels(guest, facts, choice.profile);
  return { plan: plan(facts, settings, choice.profile, unfit), notices: [...vendor.notices, ...choice.notices] };
};
