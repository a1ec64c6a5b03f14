/** What should be true here: (Facts, Settings, Profile) → Plan. Pure, and the same order every time. */
import type { Facts } from '../facts/facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { Unfit } from './fitness.ts';
import { withArguments } from './plan-arguments.ts';
import { planClock } from './plan-clock.ts';
import { planDevices } from './plan-devices.ts';
import { withInitramfs } from './plan-initramfs.ts';
import { planKernel } from './plan-kernel.ts';
import { planModules } from './plan-modules.ts';
import { planPackages } from './plan-packages.ts';
import { planPlugged } from './plan-plugged.ts';
import { planProtection } from './plan-protection.ts';
import { planSysctls } from './plan-sysctl.ts';
import { planSysfs } from './plan-sysfs.ts';
import { planTools } from './plan-tools.ts';
import { planUnits } from './plan-units.ts';
import type { Planned } from './planned.ts';
import type { Profile } from './schema.ts';
import type { Plan } from './step.ts';

const tune = (facts: Facts, settings: Settings, profile: Profile): Planned[] => [
  planSysctls(settings, profile),
  planSysfs(profile),
  planDevices(facts, profile),
  planPlugged(profile),
  planUnits(profile),
  planClock(facts, profile),
];

/**
 * The kernel first: it costs a reboot, after which everything volatile is applied again. Then what protects kernels and brings them;
 * then modules, which bring files that sysctls are in; then what is tuned, by name.
 * @param profile with all inherited lines (match.ts).
 * @param unfit kernels that are worse for this guest (fitness.ts).
 */
export const plan = (facts: Facts, settings: Settings, profile: Profile, unfit: Unfit = {}): Plan => {
  const tuning = settings.tune.value === 'on' ? tune(facts, settings, profile) : [];
  const swapped = withInitramfs(planKernel(facts, settings, profile, unfit), facts, settings, profile);
  const kernel = settings.tune.value === 'on' ? withArguments(swapped, facts, settings, profile) : swapped;
  const wanted = kernel.steps.find(({ kind }) => kind === 'kernel')?.desired ?? null;
  const parts: Planned[] = [
    kernel,
    planProtection(facts, wanted),
    planPackages(facts, settings, profile, wanted),
    planModules(facts, profile),
    planTools(facts),
    ...tuning,
  ];
  return {
    profile: profile.name,
    steps: parts.flatMap(part => part.steps),
    notices: parts.flatMap(part => part.notices),
  };
};
