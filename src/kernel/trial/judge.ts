/** Which event is this boot? Pure: a trial is recognised by its nonce under a new boot_id, never by `uname -r`. */
import type { MachineIdentity } from '../../facts/machine.ts';
import { missingFrom } from '../../settings/cmdline.ts';
import type { State, Trial } from '../../state/state.ts';
import type { LoaderState } from '../bootloaders/bootloader.ts';
import type { TrialEvent } from './table.ts';

/** What can be seen of this boot before anything else is read. */
export interface BootSeen {
  /** /proc/sys/kernel/random/boot_id */
  bootId: string;
  /** The value of `enlighten.trial=` on the kernel command line. */
  nonce: string | null;
  /** `uname -r` */
  release: string;
  /** The value of `enlighten.entry=`: which of our boot menu entries this is; null under loaders whose entries do not say it. */
  entry: string | null;
  /** The initramfs files the loader named on the command line, which systemd-boot does and GRUB does not. */
  initrds: readonly string[];
  /** The kernel's, whole. */
  commandLine: string;
  machine: MachineIdentity;
  loader: LoaderState;
}

export interface Verdict {
  event: TrialEvent;
  /** One of the causes of design.md; null where the event carries none. */
  cause: string | null;
}

const verdict = (event: TrialEvent, cause: string | null = null): Verdict => ({ event, cause });

/**
 * What is unknown now does not make a machine another one. A root file system may have been unknown before, where udev's record was
 * not there yet; firmware that had no UUID and has one now is other firmware.
 */
const isAnother = (before: MachineIdentity, now: MachineIdentity): boolean =>
  (now.product !== null && before.product !== now.product) ||
  (before.root !== null && now.root !== null && before.root !== now.root);

const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/**
 * The loader could not start the confirmed kernel with the initramfs and the arguments it was tried with, and this boot is of the same
 * release with the vendor's: only the command line tells them apart.
 */
export const fellBack = (
  { initramfsPath, arguments: words = [] }: Trial,
  { entry, initrds, commandLine }: BootSeen,
): boolean => {
  if (missingFrom(commandLine, words).length > 0) return true;
  if (!initramfsPath) return false;
  const named = initrds.some(path => fileName(path) === fileName(initramfsPath));
  return entry === 'universal' || (initrds.length > 0 && !named);
};

/** @returns null when nothing has happened to the trial since the state was written. */
export const judge = (state: State, seen: BootSeen): Verdict | null => {
  const { trial, machine } = state;
  if (isAnother(machine, seen.machine)) return verdict('machine-changed');
  const carriesNonce = trial.nonce !== null && seen.nonce === trial.nonce;

  switch (trial.state) {
    case 'armed':
      if (seen.bootId === trial.armedBoot) return null;
      if (carriesNonce) return verdict('nonce-booted');
      // A power cut before our first line looks the same as a panic; the cause says only what is known.
      return seen.loader.trial === 'spent' && seen.loader.nonce === trial.nonce
        ? verdict('spent-unseen', 'no-userspace')
        : verdict('not-started');
    case 'running':
      return carriesNonce && seen.bootId === trial.runningBoot ? null : verdict('other-boot', 'unconfirmed-reset');
    case 'confirmed':
      return !carriesNonce && seen.release === trial.kernel && !fellBack(trial, seen) ? verdict('firmware-boot') : null;
    default:
      return null;
  }
};
