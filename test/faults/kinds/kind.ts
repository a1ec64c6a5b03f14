/** What machines differ in: what starts their kernels, and what that holds. */
import type { Files } from '../disk.ts';

/** `stock`: nothing of ours decided, and the distribution's own menu boots its first entry. */
export interface Booted {
  entry: 'trial' | 'proven' | 'universal' | 'stock';
  /** Of the guest, absolute. */
  kernel: string;
  initrd: string;
  /** The whole command line. */
  args: string;
}

export interface Kind {
  /** `systemd-boot` */
  name: string;
  /** Lays what it stands on over the appliance in this folder. */
  prepare(root: string): void;
  /** Files and folders of its own that change, and that a power cut leaves. */
  keeps: readonly string[];
  /** Firmware and loader, up to the kernel's first instruction. */
  boot(root: string): Booted;
  /** Throws AssertionError where what the loader reads has suffered. */
  whole(files: Files): void;
  /** The kernel it starts because it was proven here, as the state's entry names it; null: none. */
  proven(root: string): string | null;
  /** Gives its cards the names they have by now. */
  udev?(root: string): void;
  /** What its tool makes when it is asked for an initramfs; without it there is no such tool. */
  complete?(): Buffer;
  /** What of it is not ours. An undo leaves exactly this. */
  rest(files: Files): string;
}
