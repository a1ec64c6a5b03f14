import type { Facts } from '../facts/facts.ts';
import type { InstalledKernel } from '../kernel/installed.ts';
import { isOlder } from '../kernel/version.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Settings } from '../settings/settings.ts';
import type { Unfit } from './fitness.ts';
import type { Planned } from './planned.ts';
import { candidatesFor, newestOf, numberedTogether, ruleFor, runningKernel } from './rule.ts';
import type { KernelRule, Profile } from './schema.ts';
import type { KernelStep, Rejected } from './step.ts';
import { setBy } from './wish.ts';

/** Where a kernel is explained when the profile has no rule for the distribution. */
const KERNEL_DOCUMENTATION = 'https://docs.kernel.org/admin-guide/index.html';
const NEWER = 'A newer version of the kernel that runs here; the next ordinary reboot tries it.';

const nothing: Planned = { steps: [], notices: [] };

type More = Pick<KernelStep, 'rejected' | 'when'>;

const planned = ({ release }: InstalledKernel, reason: string, reference: string, more: More = {}): Planned => {
  const about = { id: 'kernel', kind: 'kernel', desired: release, reason, reference, lasts: 'persistent' } as const;
  return { steps: [{ ...about, ...more }], notices: [] };
};

const older = ({ release, flavour }: InstalledKernel, facts: Facts): Notice | null => {
  const { distribution, runningRelease } = facts;
  const together = runningKernel(facts)?.flavour === flavour || numberedTogether.includes(distribution.id);
  return isOlder(release, runningRelease, together) ? profileNotice('kernel-older', release, runningRelease) : null;
};

/** Which of the candidates becomes the default; those before it that are worse for this guest are told with their reasons. */
const chosen = (facts: Facts, rule: KernelRule | undefined, unfit: Unfit): Planned => {
  const rejected: Rejected[] = [];
  const running = runningKernel(facts);
  const candidates = candidatesFor(facts, rule);
  const fit = candidates.find(kernel => {
    const by = kernel === running ? null : (unfit[kernel.release] ?? older(kernel, facts));
    if (by !== null) rejected.push({ release: kernel.release, by });
    return by === null;
  });
  const preferred = rule?.prefer.includes(fit?.flavour ?? '') ?? false;
  // Nothing better than what runs anyway: the best of the rejected stands in the plan, for its action to say why it is not tried.
  const desired = fit === running && !preferred ? candidates[0] : fit;
  if (desired === undefined || (desired === running && !preferred)) return nothing;
  const { reason = NEWER, reference = KERNEL_DOCUMENTATION } = rule?.prefer.includes(desired.flavour) ? rule : {};
  const isUpdate = desired !== running && desired.flavour === running?.flavour;
  return planned(desired, reason, reference, {
    ...(rejected.length > 0 ? { rejected } : {}),
    ...(isUpdate ? { when: 'next-reboot' as const } : {}),
  });
};

/**
 * Which installed kernel should be the default. The step is there, too, when that kernel runs already: its check then says so.
 * `auto` follows the profile, and where it has no preference, or none that is fit, the newer version of what runs; a wish is a
 * person's word and judged by the proofs alone, and one that cannot be met is a Notice.
 */
export const planKernel = (facts: Facts, { kernel: wish }: Settings, profile: Profile, unfit: Unfit = {}): Planned => {
  if (wish.value === 'keep') return nothing;
  const rule = ruleFor(facts, profile);
  if (wish.value === 'auto') return chosen(facts, rule, unfit);

  const { kernels } = facts;
  const wished = kernels.find(({ release }) => release === wish.value) ?? newestOf(kernels, wish.value);
  if (wished) return planned(wished, setBy[wish.source], rule?.reference ?? KERNEL_DOCUMENTATION);
  const installed = kernels.map(({ release, flavour }) => `${release} (${flavour})`).sort();
  const detail = installed.length > 0 ? installed.join(', ') : 'none';
  return { steps: [], notices: [profileNotice('kernel-not-installed', wish.value, detail)] };
};
