/** Files that only remember which devices were there. */
import { isKernelName } from './name.ts';

/** lvmdevices(8): these ids lie on the device itself; all others (wwid, serial, device name) are the hypervisor's. */
const PORTABLE = ['lvmlv_uuid', 'crypt_uuid', 'mpath_uuid', 'md_uuid', 'loop_file'];

/**
 * LVM uses only the disks its devices file names, by ids the hypervisor gave them: on another one it finds none, and no volume group.
 * Without the file it looks at all disks (lvmdevices(8), "If the devices file does not exist …").
 */
export const ofThisMachine = (text: string): boolean =>
  [...text.matchAll(/^[ \t]*IDTYPE=(\S+)/gm)].some(([, type = '']) => !PORTABLE.includes(type));

/** A cache: made anew when it is missing (libblkid(3), lvm.conf(5)). */
export const ofBlkid = (): boolean => true;

/** `(hd0) /dev/sda` */
const MAPPING = /^[ \t]*\([^)]+\)[ \t]+([^ \t\r]+)/;

/**
 * GRUB's device map, when it knows disks by nothing but the kernel's names: without one "the GRUB utilities will assume a temporary
 * device map on the fly" (GRUB manual, Device map).
 */
export const ofDisks = (text: string): boolean => {
  const devices = text.split('\n').flatMap(line => MAPPING.exec(line)?.[1] ?? []);
  return devices.length > 0 && devices.every(device => isKernelName(device) || /^\/dev\/fd\d+$/.test(device));
};
