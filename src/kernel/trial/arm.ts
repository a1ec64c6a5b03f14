/** Tells the loader to try a kernel once. Everything was proven before; here only the order of the writes matters. */
import { randomBytes } from 'node:crypto';
import type { WritableGuest } from '../../guest/guest.ts';
import type { KernelStep } from '../../profiles/step.ts';
import type { Journal } from '../../state/journal.ts';
import { type State, type Trial, writeState } from '../../state/state.ts';
import type { BootEntry, BootLoader, Maker } from '../bootloaders/bootloader.ts';
import { after, settleDebts } from './advance.ts';
import { isOf } from './tried.ts';
import type { TrialWay } from './way.ts';

export interface Arming {
  step: KernelStep;
  entry: BootEntry;
  /** Whether the loader can make it the default once it is confirmed. */
  kept?: boolean;
  way?: TrialWay;
  maker: Maker;
  hypervisor: string;
  /** `uname -r` of the kernel we return to. */
  previous: string;
  bootId: string;
  /** sha256 of the proven initramfs; null for a kernel without one. */
  initramfs: string | null;
  baseline: NonNullable<Trial['baseline']>;
}

/**
 * First the state, so that a trial that starts is always recognised; then the journal's intention with the loader's previous bytes;
 * last the loader itself, in place. A power cut after any of them leaves a trial that did not start.
 * `wing.state` is what stands on the disk, also where this throws half-way: a pass that goes on must not write an older one over it.
 */
export const arm = async (
  guest: WritableGuest,
  loader: BootLoader,
  journal: Journal,
  wing: { state: State },
  arming: Arming,
): Promise<void> => {
  // What is owed is paid first: a debt that outlived the arming would take the trial back.
  wing.state = await settleDebts(guest, loader, wing.state);
  const { state } = wing;
  const { step, entry, kept = true, way, maker, hypervisor, previous, bootId, initramfs, baseline } = arming;
  const { state: was, attempts } = state.trial;
  const again = was === 'none' && isOf(state.trial, step);
  const nonce = randomBytes(8).toString('hex');
  const trial: Partial<Trial> = {
    kernel: step.desired,
    previous,
    attempts: again ? attempts + 1 : 1,
    nonce,
    armedBoot: bootId,
    runningBoot: null,
    entry: kept ? entry : null,
    maker,
    initramfs,
    initramfsPath: step.initramfs ?? null,
    ...(step.arguments === undefined ? {} : { arguments: step.arguments }),
    baseline,
    ...(way === undefined ? {} : { way }),
  };
  const armed = after(state, { event: 'arm', cause: null, hypervisor, trial }, guest.clock.now());
  wing.state = await writeState(guest, armed);
  const { path, bytes } = await loader.snapshot(guest);
  const change = { path, before: `base64:${bytes.toString('base64')}`, after: step.desired };
  await journal.around(step, change, () => loader.arm(guest, entry, maker, nonce));
};
