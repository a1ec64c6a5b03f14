import type { Facts } from '../facts/facts.ts';
import { missingFrom } from '../settings/cmdline.ts';
import type { Settings } from '../settings/settings.ts';
import type { Planned } from './planned.ts';
import type { Profile } from './schema.ts';
import type { KernelStep } from './step.ts';

/** Why the kernel is tried without arguments that it was confirmed with. */
const unwanted = {
  reason:
    'The profile has no kernel arguments any more; the next ordinary reboot tries the kernel without those it had.',
  reference: 'https://docs.kernel.org/admin-guide/kernel-parameters.html',
};

/**
 * Arguments are tried with the kernel that runs, at the next ordinary reboot, so that a trial which goes back is their doing and nobody
 * else's. Another kernel gets those that this very boot has already. What a profile no longer wants goes in the same way.
 */
export const withArguments = (
  planned: Planned,
  { runningRelease, commandLine, triedArguments }: Facts,
  { kernel: wish }: Settings,
  profile: Profile,
): Planned => {
  const lines = Object.entries(profile.commandLine).sort(([a], [b]) => (a < b ? -1 : 1));
  const kernel = planned.steps.find(step => step.kind === 'kernel');
  const words = lines.map(([name, { value }]) => `${name}=${value}`);
  const another = kernel !== undefined && kernel.desired !== runningRelease;
  const missing = another ? missingFrom(commandLine, words) : [];
  const tried = words.filter(word => !missing.includes(word));
  const goes = tried.length === 0 && !another && triedArguments.length > 0;
  if (wish.value === 'keep' || (tried.length === 0 && !goes)) return planned;
  const { reason, reference } = lines[0]?.[1] ?? unwanted;
  const same: KernelStep = {
    ...{ id: 'kernel', kind: 'kernel', desired: runningRelease, reason, reference, lasts: 'persistent' },
  };
  const step: KernelStep = { ...(kernel ?? same), ...(another ? {} : { when: 'next-reboot' }), arguments: tried };
  return { ...planned, steps: [step, ...planned.steps.filter(each => each !== kernel)] };
};
