/** What earlier trials say about a kernel: verdicts, attempts, and reboots that were spent on it. */
import type { Facts } from '../../facts/facts.ts';
import type { Path } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import { trialNotice } from '../../notices/trial.ts';
import type { KernelStep } from '../../profiles/step.ts';
import type { State, Trial } from '../../state/state.ts';
import type { KernelWing } from './wing.ts';

/** A trial that never started is armed at most this often for one kernel. */
const MAX_ATTEMPTS = 2;
/** design.md, promise 8. */
export const MAX_REBOOTS = 2;

/** The same kernel with another initramfs is another trial. */
export const isOf = (trial: Trial, release: string, initramfs: Path | undefined): boolean =>
  trial.kernel === release && (trial.initramfsPath ?? undefined) === initramfs;

const verdictOn = ({ verdicts }: State, { detection }: Facts, desired: string, file: Path | undefined) =>
  verdicts.find(
    ({ release, hypervisor, initramfs }) =>
      release === desired && hypervisor === detection.hypervisor && initramfs === file,
  );

/** An initramfs of ours that went back says nothing about its kernel: that goes on with the vendor's. */
export const withoutFailed = (step: KernelStep, { state, facts }: KernelWing): KernelStep => {
  const { initramfs, ...kernel } = step;
  return initramfs !== undefined && verdictOn(state, facts, step.desired, initramfs) ? kernel : step;
};

export const memory = ({ state, facts }: KernelWing, { desired, initramfs }: KernelStep): Notice | null => {
  // A kernel that went back does so with any initramfs.
  const verdict = verdictOn(state, facts, desired, undefined);
  if (verdict) return trialNotice('trial-verdict', desired, verdict.cause);
  const { attempts, state: trial } = state.trial;
  if (trial === 'none' && isOf(state.trial, desired, initramfs) && attempts >= MAX_ATTEMPTS)
    return trialNotice('trial-attempts', desired, String(attempts));
  const { candidates, count } = state.reboots;
  return candidates === desired && count >= MAX_REBOOTS ? trialNotice('trial-reboots', desired, String(count)) : null;
};
