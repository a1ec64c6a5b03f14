import type { Files } from '../laid.ts';

/** What the root file system lies on. Every kind has the same UUID, so that fstab and search lines are the same. */
export interface Root {
  /** Debian packages that make the initramfs find it. */
  packages: string[];
  /** The device as the guest names it. */
  device: string;
  /** What grub-probe says of it there: `fs`, `abstraction`, and how GRUB itself names the device. */
  fs: 'ext2' | 'btrfs';
  abstraction: string;
  drive: string;
  /** As in fstab. */
  type: 'ext4' | 'btrfs';
  /** GRUB's modules for the core, besides those every core has. */
  modules: string;
  /** Bytes from the start of the partition to an ext4; null for another file system. */
  ext4At: number | null;
  /** Where /boot lies apart: an ext4 in the partition made for it. Then `drive` and `modules` are those that lead there. */
  boot?: { device: string; uuid: string };
  /** Files it takes, and what is done in the image when they are there, as shell lines: before the boot loader's. */
  files?: Files;
  script?: string;
  /** Puts the tree into its partition of the image, which is there and empty. */
  write(image: string, tree: string): Promise<void>;
}
