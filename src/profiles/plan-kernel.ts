import type { Facts } from '../facts/facts.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import { compareVersions } from '../kernel/version.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Settings } from '../settings/settings.ts';
import type { Planned } from './plan.ts';
import type { Profile } from './schema.ts';
import type { KernelStep } from './step.ts';
import { setBy } from './wish.ts';

/** Where a wished-for kernel is explained when the profile has no rule for the distribution. */
const KERNEL_DOCUMENTATION = 'https://docs.kernel.org/admin-guide/index.html';

const newest = (kernels: readonly InstalledKernel[]): InstalledKernel | undefined =>
  kernels.toSorted((a, b) => compareVersions(a.release, b.release)).at(-1);

const ofFlavour = (kernels: readonly InstalledKernel[], flavour: string) =>
  newest(kernels.filter(kernel => kernel.flavour === flavour));

const planned = ({ release }: InstalledKernel, reason: string, reference: string): Planned => {
  const step: KernelStep = { id: 'kernel', kind: 'kernel', desired: release, reason, reference, lasts: 'persistent' };
  return { steps: [step], notices: [] };
};

/**
 * Which installed kernel should be the default. The step is there, too, when that kernel runs already: its check then says so.
 * `auto` follows the profile and says nothing when no preferred flavour is installed; a wish that cannot be met is a Notice.
 */
export const planKernel = ({ kernels, distribution }: Facts, { kernel: wish }: Settings, profile: Profile): Planned => {
  const nothing: Planned = { steps: [], notices: [] };
  if (wish.value === 'keep') return nothing;
  const rule = profile.kernel.find(candidate => candidate.distribution === distribution.id);

  if (wish.value === 'auto') {
    const preferred = rule?.prefer.map(flavour => ofFlavour(kernels, flavour)).find(kernel => kernel !== undefined);
    return rule && preferred ? planned(preferred, rule.reason, rule.reference) : nothing;
  }

  const wished = kernels.find(({ release }) => release === wish.value) ?? ofFlavour(kernels, wish.value);
  if (wished) return planned(wished, setBy[wish.source], rule?.reference ?? KERNEL_DOCUMENTATION);
  const installed = kernels.map(({ release, flavour }) => `${release} (${flavour})`).sort();
  const detail = installed.length > 0 ? installed.join(', ') : 'none';
  return { steps: [], notices: [profileNotice('kernel-not-installed', wish.value, detail)] };
};
