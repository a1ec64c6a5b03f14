/** Where systemd-boot's files lie: the EFI system partition it was started from, and an extended boot partition beside it. */
import type { Guest, Path } from '../../../guest/guest.ts';
import { type Mount, mountOf, mounts } from '../../mounts.ts';
import { type EntryFile, parseEntry } from '../bls/entry.ts';

/** Mount points in the order in which systemd looks (systemd-gpt-auto-generator(8), bootctl(1)); Debian's comes second. */
const POINTS: readonly Path[] = ['/efi', '/boot/efi', '/boot'];

/** A boot menu longer than that is no boot menu. */
const MAX_ENTRIES = 256;
const MAX_ENTRY_SIZE = 64 * 1024;

export interface FoundEntry extends EntryFile {
  /** The mount point of the partition whose files the entry names: `/boot/efi`. */
  point: Path;
}

export const entriesFolder = (point: Path): Path => `${point}/loader/entries`;

/** Those that hold loader entries. Looking there mounts what systemd mounts when it is looked at. */
const partitions = async (guest: Guest): Promise<Path[]> => {
  const found: Path[] = [];
  for (const point of POINTS) if ((await guest.stat(entriesFolder(point)))?.kind === 'folder') found.push(point);
  return found;
};

/** The partition with the loader's own configuration; null when there is none. */
export const loaderPartition = async (guest: Guest): Promise<Path | null> => {
  for (const point of POINTS) {
    if ((await guest.stat(`${point}/loader/loader.conf`))?.kind === 'file') return point;
  }
  return (await partitions(guest))[0] ?? null;
};

/** Every entry of every partition, in the order of their names. */
export const entries = async (guest: Guest): Promise<FoundEntry[]> => {
  const found: FoundEntry[] = [];
  for (const point of await partitions(guest)) {
    for (const name of (await guest.list(entriesFolder(point))).slice(0, MAX_ENTRIES)) {
      const text = (await guest.text(`${entriesFolder(point)}/${name}`, MAX_ENTRY_SIZE)) ?? '';
      const entry = parseEntry(name, text);
      if (entry !== null) found.push({ ...entry, point });
    }
  }
  return found;
};

/** The file system mounted at exactly this point; null when it is a plain folder of another one. */
export const mountAt = async (guest: Guest, point: Path): Promise<Mount | null> => {
  const mount = mountOf(await mounts(guest), point);
  return mount?.point === point ? mount : null;
};
