/** Everything that would make a GRUB trial unsafe, found before anything is written. Cheapest first. */
import type { Guest } from '../../../guest/guest.ts';
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import type { Notice } from '../../../notices/notice.ts';
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
  if (stat.blocks === 0) return notice('loader-block', ENVIRONMENT, 'the file is sparse or lies inside its inode');
  const bytes = await guest.read(ENVIRONMENT, BLOCK_SIZE);
  return bytes && parseBlock(bytes) ? null : notice('loader-block', ENVIRONMENT, 'its bytes are no environment block');
};

/** Where GRUB would have to write through LVM or RAID it cannot (GRUB manual, "environment block"), and a one-shot would never end. */
const disk: Check = async guest => {
  const mount = await mountOf(guest, '/boot/grub');
  if (mount === null) return notice('loader-block', ENVIRONMENT, 'the file system it lies on is unknown');
  if (!WRITABLE.includes(mount.type)) return notice('loader-block', ENVIRONMENT, `it lies on ${mount.type}`);
  if (/(^|,)data=journal(,|$)/.test(mount.options)) {
    return notice('loader-block', ENVIRONMENT, 'data=journal keeps new bytes where GRUB does not look');
  }
  const device = `/sys/dev/block/${mount.device}`;
  const stacked = (await guest.list(`${device}/dm`)).length + (await guest.list(`${device}/md`)).length > 0;
  return stacked ? notice('loader-block', ENVIRONMENT, 'it lies on LVM, RAID or an encrypted disk') : null;
};

interface Mount {
  device: string;
  type: string;
  options: string;
}

/** The mount that holds `path`, by the longest mount point (proc_pid_mountinfo(5)); the last one wins where two are equal. */
const mountOf = async (guest: Guest, path: string): Promise<Mount | null> => {
  const text = (await guest.text('/proc/self/mountinfo', 1024 * 1024)) ?? '';
  let best: (Mount & { point: string }) | null = null;
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device = '', , point = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    const holds = point === '/' || path === point || path.startsWith(`${point}/`);
    if (holds && point.length >= (best?.point.length ?? 0)) best = { device, type, options, point };
  }
  return best;
};

const custom: Check = async guest => {
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

const checks: readonly Check[] = [block, disk, custom, order, universal, handshake];

/** The first reason why no trial may be armed; null when there is none. */
export const refusal: Check = async guest => {
  for (const check of checks) {
    const found = await check(guest);
    if (found !== null) return found;
  }
  return null;
};
