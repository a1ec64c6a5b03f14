/** Everything that would make a GRUB trial unsafe, found before anything is written. Cheapest first. */
import type { Guest } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import type { Notice } from '../../../notices/notice.ts';
import { type Mount, mountOf, mounts } from '../../mounts.ts';
import { customHasLastWord } from './config.ts';
import { BLOCK_SIZE, parseBlock, variable } from './environment-block.ts';
import { CONFIG, CUSTOM, CUSTOM_SOURCE, ENVIRONMENT, UNIVERSAL } from './paths.ts';

type Check = (guest: Guest) => Promise<Notice | null>;

/**
 * File systems GRUB writes to in place. Not xfs: it may keep a file's newest bytes in its log for long. Not btrfs and zfs:
 * checksums and copy-on-write (grub.d/00_header, check_writable).
 */
const WRITABLE = ['ext2', 'ext3', 'ext4', 'vfat'];

const block: Check = async guest => {
  const stat = await guest.stat(ENVIRONMENT);
  if (stat === null) return notice('loader-unknown', ENVIRONMENT, 'it is absent');
  if (stat.kind !== 'file' || stat.size !== BLOCK_SIZE)
    return notice('loader-block', ENVIRONMENT, `${stat.size} bytes`);
  const bytes = await guest.read(ENVIRONMENT, BLOCK_SIZE);
  return bytes && parseBlock(bytes) ? null : notice('loader-block', ENVIRONMENT, 'its bytes are no environment block');
};

const allocated: Check = async guest =>
  (await guest.stat(ENVIRONMENT))?.blocks === 0
    ? notice('loader-block', ENVIRONMENT, 'the file is sparse or lies inside its inode')
    : null;

const mount = async (guest: Guest): Promise<Mount | null> => mountOf(await mounts(guest), '/boot/grub');

const mounted: Check = async guest =>
  (await mount(guest)) === null ? notice('loader-block', ENVIRONMENT, 'the file system it lies on is unknown') : null;

const journal: Check = async guest =>
  (await mount(guest))?.options.includes('data=journal')
    ? notice('loader-block', ENVIRONMENT, 'data=journal keeps new bytes where GRUB does not look')
    : null;

/** What keeps GRUB from writing there; null where nothing does, or where it is not known. */
const readOnly = async (guest: Guest): Promise<string | null> => {
  const on = await mount(guest);
  if (on === null) return null;
  if (!WRITABLE.includes(on.type)) return `it lies on ${on.type}`;
  const device = `/sys/dev/block/${on.device}`;
  const stacked = (await guest.list(`${device}/dm`)).length + (await guest.list(`${device}/md`)).length > 0;
  return stacked ? 'it lies on LVM, RAID or an encrypted disk' : null;
};

/** GRUB can read its environment there and never write it. */
export const onlyReads = async (guest: Guest): Promise<boolean> => (await readOnly(guest)) !== null;

/** Where GRUB would have to write through LVM or RAID it cannot (GRUB manual, "environment block"), and a one-shot would never end. */
const disk: Check = async guest => {
  const why = await readOnly(guest);
  return why === null ? null : notice('loader-block', ENVIRONMENT, why);
};

/** Our custom.cfg is there, byte for byte. */
export const customised: Check = async guest => {
  const [installed, ours] = [await guest.read(CUSTOM), await guest.read(CUSTOM_SOURCE)];
  if (installed === null) return notice('loader-custom', CUSTOM, 'it is absent');
  return ours !== null && installed.equals(ours) ? null : notice('loader-custom', CUSTOM, 'it differs');
};

const order: Check = async guest => {
  const config = await guest.read(CONFIG, 4 * 1024 * 1024);
  if (config === null) return notice('loader-unknown', CONFIG, 'it is absent');
  return customHasLastWord(config.toString('utf8')) ? null : notice('loader-order', CONFIG);
};

const universal: Check = async guest =>
  (await guest.stat(UNIVERSAL)) === null ? notice('loader-unsealed', UNIVERSAL, 'it is absent') : null;

/**
 * The handshake. The agent leaves 0 whenever it writes the block; only this GRUB, with this custom.cfg and this block, makes it 1.
 * BOOT_IMAGE is what GRUB adds to the command line; a kernel given by the hypervisor (`-kernel`) has none.
 */
const handshake: Check = async guest => {
  const bytes = await guest.read(ENVIRONMENT, BLOCK_SIZE);
  const lines = bytes && parseBlock(bytes);
  if (!lines || variable(lines, 'enlighten_mark') !== '1')
    return notice('loader-mark', ENVIRONMENT, 'its mark is not set');
  const commandLine = (await guest.text('/proc/cmdline')) ?? '';
  if (!/(^| )BOOT_IMAGE=/.test(commandLine)) return notice('loader-mark', '/proc/cmdline', 'no BOOT_IMAGE');
  const once = variable(lines, 'next_entry');
  return once === '' ? null : notice('loader-once', ENVIRONMENT, once);
};

const first =
  (...checks: readonly Check[]): Check =>
  async guest => {
    for (const check of checks) {
      const found = await check(guest);
      if (found !== null) return found;
    }
    return null;
  };

/** The first reason why no trial may be armed; null when there is none. */
export const refusal = first(block, allocated, mounted, journal, disk, customised, order, universal, handshake);

/** Our own entries say so on the command line: also a GRUB that cannot write tells in this way that it read custom.cfg. */
const saidSo: Check = async guest =>
  /(^| )enlighten\.entry=/.test((await guest.text('/proc/cmdline', 16 * 1024)) ?? '')
    ? null
    : notice('loader-mark', '/proc/cmdline', 'no enlighten.entry');

/** Reading is enough to boot what was proven otherwise: on LVM, RAID, btrfs and ZFS, too. */
export const unkept = first(block, mounted, journal, customised, order, universal, saidSo);
