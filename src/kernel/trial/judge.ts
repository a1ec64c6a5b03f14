/** Which event is this boot? Pure: a trial is recognised by its nonce under a new boot_id, never by `uname -r`. */
import type { MachineIdentity } from '../../facts/machine.ts';
import type { State } from '../../state/state.ts';
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
  machine: MachineIdentity;
  loader: LoaderState;
}

export interface Verdict {
  event: TrialEvent;
  /** One of the causes of design.md; null where the event carries none. */
  cause: string | null;
}

const verdict = (event: TrialEvent, cause: string | null = null): Verdict => ({ event, cause });

/** A part that is unknown on either side does not make a machine another one. */
const differs = (before: string | null, now: string | null): boolean =>
  before !== null && now !== null && before !== now;

/** @returns null when nothing has happened to the trial since the state was written. */
export const judge = (state: State, seen: BootSeen): Verdict | null => {
  const { trial, machine } = state;
  if (differs(machine.product, seen.machine.product) || differs(machine.root, seen.machine.root)) {
    return verdict('machine-changed');
  }
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
      return !carriesNonce && seen.release === trial.kernel ? verdict('firmware-boot') : null;
    default:
      return null;
  }
};
