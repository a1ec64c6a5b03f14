/** Everything that would make a GRUB trial unsafe, found before anything is written. Cheapest first. */
import type { Guest } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import type { Notice } from '../../../notices/notice.ts';
import { type Mount, mountOf, mounts } from '../../mounts.ts';
import { customHasLastWord } from './config.ts';
import { BLOCK_SIZE, parseBlock, variable } from './environment-block.ts';
import { CUSTOM_SOURCE, type Place } from './paths.ts';

type Check = (guest: Guest, place: Place) => Promise<Notice | null>;

/**
 * File systems GRUB writes to in place. Not xfs: it may keep a file's newest bytes in its log for long. Not btrfs and zfs:
 * checksums and copy-on-write (grub.d/00_header, check_writable).
 */
const WRITABLE = ['ext2', 'ext3', 'ext4', 'vfat'];

const block: Check = async (guest, place) => {
  const stat = await guest.stat(place.environment);
  if (stat === null) return notice('loader-unknown', place.environment, 'it is absent');
  if (stat.kind !== 'file' || stat.size !== BLOCK_SIZE)
    return notice('loader-block', place.environment, `${stat.size} bytes`);
  const bytes = await guest.read(place.environment, BLOCK_SIZE);
  return bytes && parseBlock(bytes)
    ? null
    : notice('loader-block', place.environment, 'its bytes are no environment block');
};

const allocated: Check = async (guest, place) =>
  (await guest.stat(place.environment))?.blocks === 0
    ? notice('loader-block', place.environment, 'the file is sparse or lies inside its inode')
    : null;

/** The block may be a link to another file system (RHEL on EFI); what it leads to is what GRUB and we write. */
const mount = async (guest: Guest, { environment }: Place): Promise<Mount | null> =>
  mountOf(await mounts(guest), (await guest.resolve(environment)) ?? environment);

const mounted: Check = async (guest, place) =>
  (await mount(guest, place)) === null
    ? notice('loader-block', place.environment, 'the file system it lies on is unknown')
    : null;

const journal: Check = async (guest, place) =>
  (await mount(guest, place))?.options.includes('data=journal')
    ? notice('loader-block', place.environment, 'data=journal keeps new bytes where GRUB does not look')
    : null;

/** What keeps GRUB from writing there; null where nothing does, or where it is not known. */
const readOnly = async (guest: Guest, place: Place): Promise<string | null> => {
  const on = await mount(guest, place);
  if (on === null) return null;
  if (!WRITABLE.includes(on.type)) return `it lies on ${on.type}`;
  const device = `/sys/dev/block/${on.device}`;
  const stacked = (await guest.list(`${device}/dm`)).length + (await guest.list(`${device}/md`)).length > 0;
  return stacked ? 'it lies on LVM, RAID or an encrypted disk' : null;
};

/** GRUB can read its environment there and never write it. */
export const onlyReads = async (guest: Guest, place: Place): Promise<boolean> =>
  (await readOnly(guest, place)) !== null;

/** Where GRUB would have to write through LVM or RAID it cannot (GRUB manual, "environment block"), and a one-shot would never end. */
const disk: Check = async (guest, place) => {
  const why = await readOnly(guest, place);
  return why === null ? null : notice('loader-block', place.environment, why);
};

/** Our custom.cfg is there, byte for byte. */
export const customised: Check = async (guest, place) => {
  const [installed, ours] = [await guest.read(place.custom), await guest.read(CUSTOM_SOURCE)];
  if (installed === null) return notice('loader-custom', place.custom, 'it is absent');
  return ours !== null && installed.equals(ours) ? null : notice('loader-custom', place.custom, 'it differs');
};

const order: Check = async (guest, place) => {
  const config = await guest.read(place.config, 4 * 1024 * 1024);
  if (config === null) return notice('loader-unknown', place.config, 'it is absent');
  return customHasLastWord(config.toString('utf8')) ? null : notice('loader-order', place.config);
};

const universal: Check = async (guest, place) =>
  (await guest.stat(place.universal)) === null ? notice('loader-unsealed', place.universal, 'it is absent') : null;

/**
 * The handshake, and whether somebody else has a say in the next boot: Fedora's GRUB counts `boot_counter` down and then changes the
 * default by itself (08_fallback_counting, greenboot). The agent leaves 0 whenever it writes the block; only this GRUB, with this custom.cfg and this block, makes it 1.
 * BOOT_IMAGE is what GRUB adds to the command line; a kernel given by the hypervisor (`-kernel`) has none.
 */
const handshake: Check = async (guest, place) => {
  const bytes = await guest.read(place.environment, BLOCK_SIZE);
  const lines = bytes && parseBlock(bytes);
  if (!lines || variable(lines, 'enlighten_mark') !== '1')
    return notice('loader-mark', place.environment, 'its mark is not set');
  const commandLine = (await guest.text('/proc/cmdline')) ?? '';
  if (!/(^| )BOOT_IMAGE=/.test(commandLine)) return notice('loader-mark', '/proc/cmdline', 'no BOOT_IMAGE');
  const counter = variable(lines, 'boot_counter');
  if (counter !== '') return notice('loader-counted', place.environment, counter);
  const once = variable(lines, 'next_entry');
  return once === '' ? null : notice('loader-once', place.environment, once);
};

const first =
  (...checks: readonly Check[]): Check =>
  async (guest, place) => {
    for (const check of checks) {
      const found = await check(guest, place);
      if (found !== null) return found;
    }
    return null;
  };

/** The first reason why no trial may be armed; null when there is none. */
export const refusal = first(block, allocated, mounted, journal, disk, customised, order, universal, handshake);

/** Our own entries say so on the command line: also a GRUB that cannot write tells in this way that it read custom.cfg. */
const readCustom: Check = async (guest, place) => {
  const commandLine = (await guest.text('/proc/cmdline', 16 * 1024)) ?? '';
  const said = /(^| )enlighten\.entry=/.test(commandLine);
  return said || (await handshake(guest, place)) === null
    ? null
    : notice('loader-mark', '/proc/cmdline', 'no enlighten.entry');
};

/** Reading is enough to boot what was proven otherwise: on LVM, RAID, btrfs and ZFS, too. */
export const unkept = first(block, mounted, journal, customised, order, universal, readCustom);
