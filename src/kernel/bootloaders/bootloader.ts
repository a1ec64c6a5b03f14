import type { Guest, WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import type { InstalledKernel } from '../installed.ts';

/** How one kernel is started: what a boot menu entry holds. */
export interface BootEntry {
  /** As the loader reads it, relative to the file system it lies on: `/boot/vmlinuz-6.1.0-50-amd64`. */
  kernel: string;
  initrd: string;
  args: string;
}

/** The machine's own names, as its firmware gives them (SMBIOS type 1): the key of the permanent guard. */
export interface Maker {
  manufacturer: string;
  product: string;
}

/** What the loader holds of ours. */
export interface LoaderState {
  /** `armed`: the next boot is the trial; `spent`: it was started. */
  trial: 'armed' | 'spent' | null;
  nonce: string | null;
  /** Kernel path of the confirmed entry. */
  proven: string | null;
  /** The loader left its mark since we last wrote: this loader, with this configuration, boots this guest. */
  marked: boolean;
  /** The power went in the middle of a write of ours: the loader believes nothing in it, and neither do we. Absent: it is whole. */
  torn?: true;
}

/** One interface for every boot loader. */
export interface BootLoader {
  name: 'grub';
  /** Everything that would make a trial unsafe or a return impossible; null when there is nothing. Reads only. */
  refusal(guest: Guest): Promise<Notice | null>;
  /** The vendor's own entry for this kernel; null when the loader's menu does not hold one we can repeat. */
  entry(guest: Guest, kernel: InstalledKernel): Promise<BootEntry | null>;
  /** Why this very entry cannot be armed and later made the default on this machine; null when it can. */
  obstacle(guest: Guest, entry: BootEntry, maker: Maker): Promise<Notice | null>;
  state(guest: Guest): Promise<LoaderState>;
  /** Path of the kernel that an undisturbed boot would start now. */
  effectiveDefault(guest: Guest, maker: Maker): Promise<string | null>;
  /** The file a trial is armed in, and the bytes it has now: what the journal keeps. */
  snapshot(guest: Guest): Promise<{ path: string; bytes: Buffer }>;
  arm(guest: WritableGuest, entry: BootEntry, maker: Maker, nonce: string): Promise<void>;
  /** Takes a trial back, started or not; the confirmed kernel stays what it is. */
  disarm(guest: WritableGuest): Promise<void>;
  /** Makes the trial's kernel the default on this machine. */
  promote(guest: WritableGuest, entry: BootEntry, maker: Maker): Promise<void>;
  /** Takes back trial and confirmed kernel: the universal one boots again. */
  forget(guest: WritableGuest): Promise<void>;
  /** Restores exactly these bytes; where somebody else changed the file meanwhile, only our part of it. */
  restore(guest: WritableGuest, bytes: Buffer): Promise<void>;
  /** The vendor's last act: names the kernel that boots everywhere, and forgets every trial. */
  seal(guest: WritableGuest, universal: BootEntry): Promise<void>;
}
