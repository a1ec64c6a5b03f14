import type { Facts } from '../facts/facts.ts';
import type { KnownInitramfs } from '../kernel/initramfs/known.ts';
import type { Settings } from '../settings/settings.ts';
import type { Planned } from './planned.ts';
import type { Profile } from './schema.ts';
import type { InitramfsStep, KernelStep } from './step.ts';

const stepFor = (release: string, { initramfs }: Profile): InitramfsStep | null => {
  const first = initramfs[0];
  if (first === undefined) return null;
  const drivers = new Set(initramfs.flatMap(line => line.drivers));
  const { reason, reference } = first;
  const desired = [...drivers].join(' ');
  return { id: `initramfs:${release}`, kind: 'initramfs', release, desired, reason, reference, lasts: 'persistent' };
};

/** Ours is tried with the kernel that is wanted; where none is, with the one that runs, at the next ordinary reboot. */
const kernelWith = (
  kernel: KernelStep | undefined,
  { release, reason, reference }: InitramfsStep,
  { built }: KnownInitramfs,
): KernelStep | undefined => {
  if (built === null) return kernel;
  const same: KernelStep = {
    ...{ id: 'kernel', kind: 'kernel', desired: release, reason, reference, lasts: 'persistent' },
    when: 'next-reboot',
  };
  return { ...(kernel ?? same), initramfs: built.path };
};

/**
 * Adds what the initramfs of the planned kernel must hold, and, once one is built that holds it, lets the kernel step try it. Where the
 * distribution has one kernel for every machine, this is the whole swap: an initramfs made for one host becomes one for all of them.
 */
export const withInitramfs = (
  planned: Planned,
  facts: Facts,
  { kernel: wish }: Settings,
  profile: Profile,
): Planned => {
  const kernel = planned.steps.find(step => step.kind === 'kernel');
  const release = kernel?.desired ?? facts.runningRelease;
  const installed = facts.kernels.find(each => each.release === release);
  const step = stepFor(release, profile);
  if (wish.value === 'keep' || step === null || !installed?.initramfs) return planned;
  const known = facts.initramfs.find(each => each.release === release && each.drivers === step.desired);
  const tried = known === undefined ? kernel : kernelWith(kernel, step, known);
  const others = planned.steps.filter(each => each !== kernel);
  return { ...planned, steps: [...(tried === undefined ? [] : [tried]), step, ...others] };
};
