/** What a trial is of: a kernel, with its initramfs and its arguments. Another initramfs, or other arguments, is another trial. */
import type { KernelStep } from '../../profiles/step.ts';
import type { Trial } from '../../state/state.ts';

const sameWords = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.join(' ') === b.join(' ');

export const isOf = (
  trial: Pick<Trial, 'kernel' | 'initramfsPath' | 'arguments'>,
  { desired, initramfs, arguments: words }: KernelStep,
): boolean =>
  trial.kernel === desired && (trial.initramfsPath ?? undefined) === initramfs && sameWords(trial.arguments, words);

/** It is the default, or has settled as one. */
export const isConfirmed = ({ state }: Pick<Trial, 'state'>): boolean => state === 'confirmed' || state === 'settled';

/** The same kernel without the arguments it was confirmed with: whoever wants none says so. */
export const takesBack = (
  trial: Pick<Trial, 'state' | 'kernel' | 'arguments'>,
  { desired, arguments: words }: KernelStep,
): boolean =>
  isConfirmed(trial) && trial.kernel === desired && words?.length === 0 && (trial.arguments ?? []).length > 0;

/** More than the kernel as the vendor's entry starts it. */
export const isSpecial = ({ initramfs, arguments: words = [] }: KernelStep): boolean =>
  initramfs !== undefined || words.length > 0;
