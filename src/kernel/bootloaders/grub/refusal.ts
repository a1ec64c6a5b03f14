/** Everything that would make a GRUB trial unsafe, found before anything is written. Cheapest first. */
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import { readable, writable } from '../block/checks.ts';
import { BLOCK_SIZE, parseBlock, variable } from '../block/environment-block.ts';
import { first, type Check as LoaderCheck } from '../check.ts';
import { customHasLastWord } from './config.ts';
import { CUSTOM_SOURCE, type Place } from './paths.ts';

type Check = LoaderCheck<[Place]>;

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

/** The first reason why no trial may be armed; null when there is none. */
export const refusal = first(...writable, customised, order, universal, handshake);

/** Our own entries say so on the command line: also a GRUB that cannot write tells in this way that it read custom.cfg. */
const readCustom: Check = async (guest, place) => {
  const commandLine = (await guest.text('/proc/cmdline', 16 * 1024)) ?? '';
  const said = /(^| )enlighten\.entry=/.test(commandLine);
  return said || (await handshake(guest, place)) === null
    ? null
    : notice('loader-mark', '/proc/cmdline', 'no enlighten.entry');
};

/** Reading is enough to boot what was proven otherwise: on LVM, RAID, btrfs and ZFS, too. */
export const unkept = first(...readable, customised, order, universal, readCustom);
