/** Which block devices may hold a transport's disc: optical drives, and read-only disks standing in for them. */
import type { Guest } from '../../guest/guest.ts';

/**
 * Names under /sys/block in the order they are tried. `always`: the name alone says optical drive; elsewhere the kernel
 * must list it as one or show it read-only, so that no ordinary disk is ever looked into.
 */
const families = [
  { name: /^sr\d+$/, always: true }, // SCSI and ATA
  { name: /^hd[a-z]$/, always: false }, // old IDE drivers
  { name: /^xvd[a-z]+$/, always: false }, // Xen
  { name: /^vd[a-z]+$/, always: false }, // virtio-blk has no optical drives: platforms attach the image as a read-only disk
  { name: /^sd[a-z]+$/, always: false }, // the same over virtio-scsi
];
/** More drives than any platform attaches. */
const mostDrives = 16;

/** Kernel names of the drives to look into, the likeliest first. */
export const opticalDrives = async (guest: Guest): Promise<string[]> => {
  const present = await guest.list('/sys/block');
  const listed = await listedDrives(guest);
  const found: string[] = [];
  for (const family of families) {
    for (const name of present.filter(name => family.name.test(name)).sort(byNumber)) {
      if (family.always || listed.has(name) || (await isReadOnly(guest, name))) found.push(name);
    }
  }
  return found.slice(0, mostDrives);
};

/** sr2 before sr10. */
const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);

/** The line `drive name:` of the kernel's CD-ROM layer (Documentation/cdrom/cdrom-standard.rst). */
const listedDrives = async (guest: Guest): Promise<Set<string>> => {
  const info = await guest.text('/proc/sys/dev/cdrom/info');
  const names = info?.match(/^drive name:(.*)$/m)?.[1] ?? '';
  return new Set(names.split(/\s+/).filter(name => name !== ''));
};

const isReadOnly = async (guest: Guest, name: string): Promise<boolean> =>
  (await guest.text(`/sys/block/${name}/ro`)) === '1';

/**
 * Sizes, in sectors of 512 bytes, of a drive without a medium: none, or the driver's guess where it could ask no disc
 * (drivers/scsi/sr.c, `cd->capacity = 0x1fffff`; no disc has that, theirs are multiples of four).
 */
const sizesOfNothing = ['0', String(0x1fffff)];

/**
 * Whether there is something to read in a drive. To be asked while it is open: opening is when the driver looks at the medium.
 * A read from an empty tray would fail as well, but not before the kernel has logged a page of I/O errors.
 */
export const holdsMedium = async (guest: Guest, name: string): Promise<boolean> =>
  !sizesOfNothing.includes((await guest.text(`/sys/block/${name}/size`)) ?? '');
