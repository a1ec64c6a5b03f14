/** Everything that would make a trial by systemd-boot unsafe, found before anything is written. Cheapest first. */
import { loaderNotice as notice } from '../../../notices/bootloader.ts';
import { mountOf, mounts } from '../../mounts.ts';
import { type Check, first } from '../check.ts';
import { chooses, defaultPattern, isExact, names } from './configuration.ts';
import { PROVEN, TRIAL } from './ours.ts';
import { entries, loaderPartition, mountAt } from './partitions.ts';
import { variableBits, variableFile, variableText } from './variables.ts';

/** EFI_LOADER_FEATURE_ENTRY_DEFAULT and _ENTRY_ONESHOT (systemd.io/BOOT_LOADER_INTERFACE). */
const NEEDED = 0b1100n;

/** systemd-boot sets these anew at every boot: without them something else started this kernel. */
const handshake: Check = async guest => {
  const [info, selected] = [await variableText(guest, 'LoaderInfo'), await variableText(guest, 'LoaderEntrySelected')];
  if (!info?.startsWith('systemd-boot')) return notice('loader-mark', 'systemd-boot', 'LoaderInfo does not name it');
  if (selected === null) return notice('loader-mark', 'systemd-boot', 'LoaderEntrySelected is not set');
  const features = await variableBits(guest, 'LoaderFeatures');
  return (features & NEEDED) === NEEDED
    ? null
    : notice('loader-variables', 'LoaderFeatures', `${info} knows no entry for one boot`);
};

const CHATTR = ['/usr/bin/chattr', '/bin/chattr'];

const variables: Check = async guest => {
  const file = variableFile('LoaderEntryOneShot');
  const mount = mountOf(await mounts(guest), file);
  if (mount?.type !== 'efivarfs') return notice('loader-variables', file, 'efivarfs is not mounted');
  if (mount.options.includes('ro')) return notice('loader-variables', file, 'efivarfs is read-only');
  const found = await Promise.all(CHATTR.map(path => guest.stat(path)));
  return found.some(Boolean) ? null : notice('loader-variables', file, 'chattr is not installed');
};

const PARTITION = /^E:(?:ID_PART_ENTRY_UUID|PARTUUID)=(.*)$/m;

/** The partition we write to is the one the loader was started from; udev keeps its UUID, the loader tells its own. */
const partition: Check = async guest => {
  const point = await loaderPartition(guest);
  if (point === null) return notice('loader-esp', '/efi, /boot/efi, /boot', 'none holds loader/loader.conf');
  const mount = await mountAt(guest, point);
  if (mount?.type !== 'vfat') return notice('loader-esp', point, 'no FAT file system is mounted there');
  if (mount.options.includes('ro')) return notice('loader-esp', point, 'it is read-only');
  const started = (await variableText(guest, 'LoaderDevicePartUUID'))?.toLowerCase();
  const record = (await guest.text(`/run/udev/data/b${mount.device}`, 64 * 1024)) ?? '';
  const mounted = PARTITION.exec(record)?.[1]?.toLowerCase();
  if (started === undefined || mounted === undefined) return notice('loader-esp', point, 'its UUID is not known');
  return started === mounted ? null : notice('loader-esp', point, `the loader came from ${started}`);
};

/** The file's default names one entry that is there. It travels with the image; what the agent makes the default does not. */
const universal: Check = async guest => {
  const point = await loaderPartition(guest);
  const file = `${point}/loader/loader.conf`;
  const pattern = defaultPattern((await guest.text(file, 64 * 1024)) ?? '');
  if (pattern === null || !isExact(pattern))
    return notice('loader-unsealed', file, `default ${pattern ?? 'is absent'}`);
  const found = (await entries(guest)).some(one => chooses(pattern, one.file));
  return found ? null : notice('loader-unsealed', file, `there is no entry ${pattern}`);
};

const chosen: Check = async guest => {
  const once = await variableText(guest, 'LoaderEntryOneShot');
  if (once !== null && !names(once, TRIAL)) return notice('loader-once', variableFile('LoaderEntryOneShot'), once);
  const always = await variableText(guest, 'LoaderEntryDefault');
  return always === null || names(always, PROVEN)
    ? null
    : notice('loader-chosen', variableFile('LoaderEntryDefault'), always);
};

const ROOM = 64 * 1024;

const room: Check = async guest => {
  const point = (await loaderPartition(guest)) ?? '/';
  const free = await guest.free(point);
  return free !== null && free < ROOM ? notice('loader-esp', point, `${free} bytes are free`) : null;
};

/** The first reason why no trial may be armed; null when there is none. */
export const refusal: Check = first(handshake, variables, partition, universal, chosen, room);
