import type { Facts } from '../facts/facts.ts';
import { missingFrom } from '../settings/cmdline.ts';
import type { Settings } from '../settings/settings.ts';
import type { Planned } from './plan.ts';
import type { Profile } from './schema.ts';
import type { KernelStep } from './step.ts';

/**
 * Arguments are tried with the kernel that runs, at the next ordinary reboot, so that a trial which goes back is their doing and nobody
 * else's. Another kernel gets those that this very boot has already.
 */
export const withArguments = (
  planned: Planned,
  { runningRelease, commandLine }: Facts,
  { kernel: wish }: Settings,
  profile: Profile,
): Planned => {
  const lines = Object.entries(profile.commandLine).sort(([a], [b]) => (a < b ? -1 : 1));
  const [first] = lines;
  if (wish.value === 'keep' || first === undefined) return planned;
  const kernel = planned.steps.find(step => step.kind === 'kernel');
  const words = lines.map(([name, { value }]) => `${name}=${value}`);
  const another = kernel !== undefined && kernel.desired !== runningRelease;
  const missing = another ? missingFrom(commandLine, words) : [];
  const tried = words.filter(word => !missing.includes(word));
  if (tried.length === 0) return planned;
  const [, { reason, reference }] = first;
  const same: KernelStep = {
    ...{ id: 'kernel', kind: 'kernel', desired: runningRelease, reason, reference, lasts: 'persistent' },
  };
  const step: KernelStep = { ...(kernel ?? same), ...(another ? {} : { when: 'next-reboot' }), arguments: tried };
  return { ...planned, steps: [step, ...planned.steps.filter(each => each !== kernel)] };
};
