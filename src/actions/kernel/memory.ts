/** What earlier trials say about a kernel: verdicts, attempts, and reboots that were spent on it. */
import type { Facts } from '../../facts/facts.ts';
import { isOf } from '../../kernel/trial/tried.ts';
import type { Notice } from '../../notices/notice.ts';
import { trialNotice } from '../../notices/trial.ts';
import type { KernelStep } from '../../profiles/step.ts';
import type { State, Verdict } from '../../state/state.ts';
import type { KernelWing } from './wing.ts';

/** A trial that never started is armed at most this often for one kernel. */
const MAX_ATTEMPTS = 2;
/** design.md, promise 8. */
export const MAX_REBOOTS = 2;

type Blamed = Pick<Verdict, 'initramfs' | 'arguments'>;

const verdictsOn = ({ verdicts }: State, { detection }: Facts, desired: string, blames: (blamed: Blamed) => boolean) =>
  verdicts.find(
    verdict => verdict.release === desired && verdict.hypervisor === detection.hypervisor && blames(verdict),
  );

/** What of the step went back, which says nothing about its kernel: that goes on with the vendor's initramfs and arguments. */
const failedOf = ({ desired, initramfs, arguments: words }: KernelStep, { state, facts }: KernelWing) => ({
  initramfs:
    initramfs === undefined ? undefined : verdictsOn(state, facts, desired, blamed => blamed.initramfs === initramfs),
  arguments:
    words === undefined
      ? undefined
      : verdictsOn(state, facts, desired, blamed => blamed.arguments?.join(' ') === words.join(' ')),
});

export const withoutFailed = (step: KernelStep, wing: KernelWing): KernelStep => {
  const failed = failedOf(step, wing);
  const { initramfs, arguments: words, ...kernel } = step;
  return {
    ...kernel,
    ...(initramfs === undefined || failed.initramfs ? {} : { initramfs }),
    ...(words === undefined || failed.arguments ? {} : { arguments: words }),
  };
};

/** Why a part of the step is left out; null where none is. */
export const leftOut = (step: KernelStep, wing: KernelWing): Notice | null => {
  const failed = failedOf(step, wing);
  if (failed.arguments) {
    const tried = (step.arguments ?? []).join(' ') || `${step.desired} without arguments`;
    return trialNotice('trial-verdict', tried, failed.arguments.cause);
  }
  return failed.initramfs ? trialNotice('trial-verdict', step.initramfs ?? '', failed.initramfs.cause) : null;
};

export const memory = ({ state, facts }: KernelWing, step: KernelStep): Notice | null => {
  const { desired } = step;
  // A kernel that went back does so with any initramfs.
  const verdict = verdictsOn(state, facts, desired, blamed => !blamed.initramfs && !blamed.arguments);
  if (verdict) return trialNotice('trial-verdict', desired, verdict.cause);
  const { attempts, state: trial } = state.trial;
  if (trial === 'none' && isOf(state.trial, step) && attempts >= MAX_ATTEMPTS)
    return trialNotice('trial-attempts', desired, String(attempts));
  const { candidates, count } = state.reboots;
  return candidates === desired && count >= MAX_REBOOTS ? trialNotice('trial-reboots', desired, String(count)) : null;
};
