/**
 * What is on each block device, as this guest's own udev found it: the same data /dev/disk/by-uuid is made of, so that what is written
 * into a file is found by it at the next boot. Where no udev keeps records, those links themselves.
 */
import type { Guest, Path } from '../guest/guest.ts';

export interface Identity {
  /** `/sys/devices/pci0000:00/…/block/sda/sda1` */
  sysfs: Path;
  /** blkid's word for what is on it: `ext4`, `swap`, `crypto_LUKS`; null where nothing was recognised. */
  type: string | null;
  uuid: string | null;
  partuuid: string | null;
}

const MAX_DEVICES = 1024;
/** As they may stand in a file: hexadecimal digits and dashes, as vfat's `ABCD-1234` and NTFS's sixteen digits are, too. */
const PLAIN = /^[0-9A-Fa-f](?:[0-9A-Fa-f-]{2,62})[0-9A-Fa-f]$/;

const plain = (text: string | undefined): string | null => (text !== undefined && PLAIN.test(text) ? text : null);

type Links = ReadonlyMap<string, string>;

/** Device number → the name of its link. */
const linksIn = async (guest: Guest, folder: Path): Promise<Links> => {
  const found = new Map<string, string>();
  for (const name of await guest.list(folder, MAX_DEVICES)) {
    const node = await guest.stat(`${folder}/${name}`);
    if (node?.kind === 'block') found.set(node.device, name);
  }
  return found;
};

const property = (record: string, key: string): string | undefined =>
  new RegExp(`^E:${key}=(.*)$`, 'm').exec(record)?.[1];

/** Device node → what is on it. Devices that are nothing but memory are left out. */
export const identities = async (guest: Guest): Promise<Map<Path, Identity>> => {
  const found = new Map<Path, Identity>();
  const byUuid = await linksIn(guest, '/dev/disk/by-uuid');
  const byPartuuid = await linksIn(guest, '/dev/disk/by-partuuid');
  for (const name of await guest.list('/sys/class/block', MAX_DEVICES)) {
    if (/^(loop|ram|zram)\d/.test(name)) continue;
    const number = await guest.text(`/sys/class/block/${name}/dev`);
    const sysfs = await guest.resolve(`/sys/class/block/${name}`);
    if (number === null || sysfs === null) continue;
    const record = (await guest.text(`/run/udev/data/b${number}`, 64 * 1024)) ?? '';
    found.set(`/dev/${name.replaceAll('!', '/')}`, {
      sysfs,
      type: property(record, 'ID_FS_TYPE') ?? null,
      uuid: plain(property(record, 'ID_FS_UUID') ?? byUuid.get(number)),
      partuuid: plain(property(record, 'ID_PART_ENTRY_UUID') ?? byPartuuid.get(number)),
    });
  }
  return found;
};
