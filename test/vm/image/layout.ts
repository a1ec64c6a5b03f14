import { join } from 'node:path';

/** The disk's layout: GPT with a BIOS boot partition for GRUB's core, an ESP that has room for kernels, and the root's partition. */
const MiB = 1024 * 1024;
export const sector = 512;

export const partitions = {
  bios: { number: 1, start: 1 * MiB, size: 1 * MiB, type: '21686148-6449-6E6F-744E-656564454649' },
  esp: { number: 2, start: 2 * MiB, size: 192 * MiB, type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' },
  root: { number: 3, start: 194 * MiB, size: 3900 * MiB, type: '0FC63DAF-8483-4772-8E79-3D69D8477DE4' },
  /** Only where /boot lies apart. */
  boot: { number: 4, start: 4094 * MiB, size: 384 * MiB, type: 'BC13C2FF-59E6-4262-A352-B275FD6F7172' },
} as const;

/** The identity of the disk, fixed, so that fstab and the loader's configuration can be plain files. */
export const rootUuid = '0e111647-e000-4000-8000-000000000001';
export const bootUuid = '0e111647-e000-4000-8000-000000000004';
export const espUuid = '0E11-1647';
export const diskUuid = '0E111647-E000-4000-8000-000000000000';

/** The last MiB belongs to the second copy of the GPT. */
export const diskSize = partitions.boot.start + partitions.boot.size + 2 * MiB;

/** debugfs and e2fsck find the root file system inside of a whole-disk image by this suffix. */
export const rootWithin = (image: string, offset = 0) => `${image}?offset=${partitions.root.start + offset}`;

export const imageIn = (folder: string) => join(folder, 'disk.raw');
