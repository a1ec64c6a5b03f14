/** Which of a profile's kernel rules holds, and which kernels it is about. Pure. */
import type { Facts } from '../facts/facts.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import { compareVersions } from '../kernel/version.ts';
import type { KernelRule, Profile } from './schema.ts';

/** Distributions that build all flavours from one source package, so that all their numbers can be compared. */
export const numberedTogether: readonly string[] = ['debian', 'alpine'];

/** The rule for this distribution, else for the closest one it is a variant of. */
export const ruleFor = ({ distribution }: Facts, { kernel }: Profile): KernelRule | undefined =>
  [distribution.id, ...distribution.like]
    .map(id => kernel.find(rule => rule.distribution === id))
    .find(rule => rule !== undefined);

export const newestOf = (kernels: readonly InstalledKernel[], flavour: string): InstalledKernel | undefined =>
  kernels
    .filter(kernel => kernel.flavour === flavour)
    .toSorted((a, b) => compareVersions(a.release, b.release))
    .at(-1);

export const runningKernel = ({ kernels, runningRelease }: Facts): InstalledKernel | undefined =>
  kernels.find(({ release }) => release === runningRelease);

/** The kernels to choose from, best first: the newest of each preferred flavour, and last the newest of the one that runs. */
export const candidatesFor = (facts: Facts, rule: KernelRule | undefined): InstalledKernel[] => {
  const flavours = [...(rule?.prefer ?? []), runningKernel(facts)?.flavour ?? ''];
  const newest = [...new Set(flavours)].map(flavour => newestOf(facts.kernels, flavour));
  return newest.filter(kernel => kernel !== undefined);
};
