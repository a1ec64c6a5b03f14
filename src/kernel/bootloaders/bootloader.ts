import type { Guest, WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import type { InstalledKernel } from '../installed.ts';

/** How one kernel is started: what a boot menu entry holds. */
export interface BootEntry {
  /** As the loader reads it, relative to the file system it lies on: `/boot/vmlinuz-6.1.0-50-amd64`. */
  kernel: string;
  /** Several are separated by blanks. */
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
  /** The initramfs files of the confirmed entry, as the loader names them. Absent: it has none, or none is confirmed. */
  initrd?: string;
  /** The loader could not start the confirmed entry, and no longer tries. Absent: it does. */
  failed?: true;
  /** The loader left its mark since we last wrote: this loader, with this configuration, boots this guest. */
  marked: boolean;
  /** The power went in the middle of a write of ours: the loader believes nothing in it, and neither do we. Absent: it is whole. */
  torn?: true;
}

/** What is to be armed, and made the default afterwards. */
interface Candidate {
  kernel: InstalledKernel;
  entry: BootEntry;
  maker: Maker;
}

/** One interface for every boot loader. */
export interface BootLoader {
  name: 'grub' | 'systemd-boot' | 'extlinux' | 'unknown';
  /** Does the evidence of this boot, or of this folder, say that it is the one that boots here? Reads a few bytes. */
  boots(guest: Guest): Promise<boolean>;
  /** Everything that would make a trial unsafe or a return impossible; null when there is nothing. Reads only. */
  refusal(guest: Guest): Promise<Notice | null>;
  /**
   * Why a kernel that was proven otherwise (kexec) could not be made the default here, and here only; null when it can. Asks less than
   * `refusal`: the loader has to read what we write, but need not write itself.
   */
  unkept(guest: Guest): Promise<Notice | null>;
  /** The vendor's own entry for this kernel; null when the loader's menu does not hold one we can repeat. */
  entry(guest: Guest, kernel: InstalledKernel): Promise<BootEntry | null>;
  /** Why this very entry cannot be armed and later made the default on this machine; null when it can. */
  obstacle(guest: Guest, candidate: Candidate): Promise<Notice | null>;
  state(guest: Guest): Promise<LoaderState>;
  /** Path of the kernel that an undisturbed boot would start now. */
  effectiveDefault(guest: Guest, maker: Maker): Promise<string | null>;
  /** The file of the default, and the bytes it has now (none where it is absent): what the journal keeps. */
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
  /** What has to be put right before the image may be sealed. */
  sealable(guest: Guest): Promise<Notice | null>;
  /** The vendor's last act: names the kernel that boots everywhere, and forgets every trial. */
  seal(guest: WritableGuest, universal: BootEntry): Promise<void>;
}

/**
 * What every trial's command line ends in (kernel-parameters.txt; systemd's kernel-command-line(7)): whatever panics, oopses or hangs
 * reboots, and where there is a watchdog device, systemd feeds it. GRUB's custom.cfg and extlinux's enlighten.lua say the same.
 */
export const trialWords = (nonce: string): string =>
  `enlighten.trial=${nonce} panic=5 oops=panic softlockup_panic=1 hung_task_panic=1 systemd.watchdog_sec=180 systemd.crash_reboot`;
