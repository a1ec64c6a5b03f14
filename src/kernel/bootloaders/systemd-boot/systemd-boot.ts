/**
 * systemd-boot. A trial is an entry file of ours and the EFI variable LoaderEntryOneShot, which the loader deletes before it starts the
 * entry: whatever becomes of it, the next boot is the old kernel's. Its boot counting would need the loader to rename a file on FAT
 * instead, and tries the same kernel again.
 *
 * The permanent guard needs no comparison here. The confirmed kernel is the default by LoaderEntryDefault, a variable in the machine's
 * own NVRAM, which stays behind when the disk moves; the default in loader.conf, which travels with the disk, remains the universal kernel.
 */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';
import { loaderNotice } from '../../../notices/bootloader.ts';
import { digestOf } from '../../digest.ts';
import type { InstalledKernel } from '../../installed.ts';
import { formatEntry } from '../bls/entry.ts';
import { type BootEntry, type BootLoader, trialWords } from '../bootloader.ts';
import { chooses, defaultPattern, names, withDefault } from './configuration.ts';
import { guarded, removeGuard } from './guard.ts';
import { beginAnywhere, beginHere } from './next.ts';
import { PROVEN, TRIAL } from './ours.ts';
import { entries, entriesFolder, type FoundEntry, loaderPartition } from './partitions.ts';
import { refusal } from './refusal.ts';
import { rawVariable, removeVariable, setVariable, variableBytes, variableFile, variableText } from './variables.ts';

const ONCE = 'LoaderEntryOneShot';
const DEFAULT = 'LoaderEntryDefault';

const isOurs = ({ id }: FoundEntry): boolean => id === TRIAL || id === PROVEN;

const fileName = (path: Path): string => path.slice(path.lastIndexOf('/') + 1);

const vendorEntry = async (guest: Guest, kernel: InstalledKernel): Promise<FoundEntry | null> => {
  const found = (await entries(guest)).find(
    one => !isOurs(one) && (one.version === kernel.release || fileName(one.entry.kernel) === fileName(kernel.image)),
  );
  return found ?? null;
};

const entryNamed = async (guest: Guest, id: string): Promise<FoundEntry | null> =>
  (await entries(guest)).find(one => names(id, one.id)) ?? null;

/** The partition of the kernel it names: an entry's paths are those of its own partition. */
const pointOf = async (guest: Guest, entry: BootEntry): Promise<Path> => {
  const found = (await entries(guest)).find(one => one.entry.kernel === entry.kernel);
  const point = found?.point ?? (await loaderPartition(guest));
  if (point !== null) return point;
  throw new EnlightenError('none', { tried: 'write', on: entry.kernel, happened: 'no loader partition is mounted' });
};

/** The file first, whole and flushed; the variable that names it last, so that it never names nothing. */
const write = async (guest: WritableGuest, id: string, title: string, entry: BootEntry): Promise<void> => {
  const file = `${entriesFolder(await pointOf(guest, entry))}/${id}.conf`;
  await guest.replace(file, formatEntry(title, entry));
  if (guest.live) await guest.run('flush-filesystem', [file]);
};

/** The variable first, for the same reason. */
const take = async (guest: WritableGuest, id: string, variable: string): Promise<void> => {
  const value = await variableText(guest, variable);
  if (value !== null && names(value, id)) {
    await removeVariable(guest, variable);
    if (id === TRIAL) await beginAnywhere(guest);
  }
  const found = (await entries(guest)).filter(one => one.id === id);
  for (const { point } of found) {
    await guest.remove(`${entriesFolder(point)}/${id}.conf`);
    if (id === TRIAL) await removeGuard(guest, point);
  }
};

/** Byte for byte the proven file: the loader reads a copy on its own partition. */
const isCopy = async (guest: Guest, copy: Path, original: Path): Promise<boolean> => {
  const [one, other] = [await guest.stat(copy), await guest.stat(original)];
  if (one === null || other === null || one.size !== other.size) return false;
  return (await digestOf(guest, copy, 'sha256')) === (await digestOf(guest, original, 'sha256'));
};

const nonceOf = (args: string): string | null => /(?:^| )enlighten\.trial=(\S+)/.exec(args)?.[1] ?? null;

export const systemdBoot: BootLoader = {
  name: 'systemd-boot',
  refusal,
  unkept: refusal,

  /** On a folder, or an image under a builder's BIOS, no loader has said its name: then its files do, where GRUB has none. */
  async boots(guest) {
    const info = await variableText(guest, 'LoaderInfo');
    if (info !== null) return info.startsWith('systemd-boot');
    const grub = (await guest.stat('/boot/grub/grub.cfg')) ?? (await guest.stat('/boot/grub2/grub.cfg'));
    const point = grub === null ? await loaderPartition(guest) : null;
    return point !== null && (await guest.stat(`${point}/EFI/systemd`)) !== null;
  },

  async entry(guest, kernel) {
    return (await vendorEntry(guest, kernel))?.entry ?? null;
  },

  async obstacle(guest, { kernel }) {
    const found = await vendorEntry(guest, kernel);
    if (found === null) return loaderNotice('loader-entry', kernel.image, kernel.release);
    const { point, entry } = found;
    const image = `${point}${entry.kernel}`;
    if (!(await isCopy(guest, image, kernel.image))) return loaderNotice('loader-copy', image, kernel.image);
    const initrds = entry.initrd.split(' ').filter(Boolean);
    const copies = await Promise.all(
      initrds.map(path => (kernel.initramfs === null ? false : isCopy(guest, point + path, kernel.initramfs))),
    );
    if (kernel.initramfs === null || copies.some(Boolean)) return null;
    return loaderNotice('loader-copy', `${point}${entry.initrd}`, kernel.initramfs);
  },

  async state(guest) {
    const [once, always] = [await variableText(guest, ONCE), await variableText(guest, DEFAULT)];
    const trial = await entryNamed(guest, TRIAL);
    const proven = always !== null && names(always, PROVEN) ? await entryNamed(guest, PROVEN) : null;
    const armed = once !== null && names(once, TRIAL);
    return {
      trial: trial === null ? null : armed ? 'armed' : 'spent',
      nonce: trial && nonceOf(trial.entry.args),
      proven: proven?.entry.kernel ?? null,
      ...(proven === null ? {} : { initrd: proven.entry.initrd }),
      marked: (await variableText(guest, 'LoaderEntrySelected')) !== null,
    };
  },

  async effectiveDefault(guest) {
    for (const variable of [ONCE, DEFAULT]) {
      const id = await variableText(guest, variable);
      const found = id === null ? null : await entryNamed(guest, id);
      if (found !== null) return found.entry.kernel;
    }
    const text = await guest.text(`${await loaderPartition(guest)}/loader/loader.conf`, 64 * 1024);
    const pattern = defaultPattern(text ?? '');
    const found = pattern === null ? null : (await entries(guest)).find(({ file }) => chooses(pattern, file));
    return found?.entry.kernel ?? null;
  },

  async snapshot(guest) {
    return { path: variableFile(DEFAULT), bytes: (await rawVariable(guest, DEFAULT)) ?? Buffer.alloc(0) };
  },

  async arm(guest, entry, _maker, nonce) {
    const args = `${entry.args} ${trialWords(nonce)}`;
    const trial = await guarded(guest, await pointOf(guest, entry), { ...entry, args });
    await write(guest, TRIAL, 'enlighten: trial (any reset returns to the old kernel)', trial);
    await setVariable(guest, ONCE, variableBytes(`${TRIAL}.conf`));
    await beginHere(guest);
  },

  async disarm(guest) {
    await take(guest, TRIAL, ONCE);
  },

  async promote(guest, entry) {
    await write(guest, PROVEN, 'enlighten: proven on this machine', entry);
    await setVariable(guest, DEFAULT, variableBytes(`${PROVEN}.conf`));
    await take(guest, TRIAL, ONCE);
  },

  async forget(guest) {
    await take(guest, TRIAL, ONCE);
    await take(guest, PROVEN, DEFAULT);
  },

  async restore(guest, bytes) {
    await this.forget(guest);
    const now = await rawVariable(guest, DEFAULT);
    // What somebody else has made the default since is theirs.
    if (now === null && bytes.length > 0) await setVariable(guest, DEFAULT, bytes);
  },

  async sealable(guest) {
    const point = await loaderPartition(guest);
    return point === null ? loaderNotice('loader-esp', '/efi, /boot/efi, /boot', 'none holds loader entries') : null;
  },

  async seal(guest, universal) {
    await this.forget(guest);
    const point = await loaderPartition(guest);
    const found = (await entries(guest)).find(one => !isOurs(one) && one.entry.kernel === universal.kernel);
    if (point === null || !found) {
      throw new EnlightenError('none', { tried: 'seal', on: universal.kernel, happened: 'it has no loader entry' });
    }
    const file = `${point}/loader/loader.conf`;
    const text = (await guest.read(file, 64 * 1024))?.toString('utf8') ?? '';
    await guest.replace(file, withDefault(text, found.id));
    if (guest.live) await guest.run('flush-filesystem', [file]);
  },
};
