/**
 * The names the kernel gives disks, by their bus and in the order it finds them: `sda` on VMware is `vda` on KVM and `xvda` on Xen.
 * A configuration that names one holds on one hypervisor only; what lies on the disk, a UUID, is the same everywhere.
 */
import type { Path } from '../guest/guest.ts';

/** Documentation/admin-guide/devices.txt and drivers/nvme: disks and partitions; never sr, fd, md, dm or loop. */
const DISK = /^\/dev\/(?:(?:[hsv]d|xvd)[a-z]{1,3}\d{0,3}|nvme\d{1,3}n\d{1,3}(?:p\d{1,3})?)$/;

export const isKernelName = (word: string): boolean => DISK.test(word);

/** A name that stays: `UUID=…` of what is on a device, `PARTUUID=…` of its partition (libblkid(3), fstab(5)). */
export interface StableName {
  tag: 'UUID' | 'PARTUUID';
  value: string;
}

export const asTag = ({ tag, value }: StableName): string => `${tag}=${value}`;

/** udev's link, where a program wants a path. */
export const asPath = ({ tag, value }: StableName): Path =>
  `/dev/disk/by-${tag === 'UUID' ? 'uuid' : 'partuuid'}/${value}`;

/** A place in a file where a device is named, and what the file says it is: only a device that agrees is renamed. */
export interface Use {
  device: Path;
  /** Where it is mounted when it is in use; null when it is no file system, or not told. */
  point: Path | null;
  /** What must be on it, in blkid's words (`ext4`, `swap`, `crypto_LUKS`); null: anything. `''`: nothing recognised. */
  types: readonly string[] | null;
  /** Which tags the reader of this place understands. */
  tags: readonly StableName['tag'][];
}

/** @returns null where the name must stay as it is. */
export type Rename = (use: Use) => StableName | null;

/** One file's text with its device names exchanged: every line stays a line, every other character stays. Pure. */
export type Rewrite = (text: string, rename: Rename) => string;

/** A rewrite that looks at one line at a time; the line's end is not its business. */
export const eachLine =
  (rewrite: Rewrite): Rewrite =>
  (text, rename) =>
    text
      .split('\n')
      .map(line => rewrite(line, rename))
      .join('\n');

/** Everything a text names, in order. */
export const usesIn = (text: string, rewrite: Rewrite): Use[] => {
  const uses: Use[] = [];
  rewrite(text, use => {
    uses.push(use);
    return null;
  });
  return uses;
};
