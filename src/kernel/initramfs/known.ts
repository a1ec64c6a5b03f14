/**
 * What is known about the initramfs of each kernel, so that no boot has to read one to know it: /var/lib/enlighten/initramfs.json.
 * It holds for the very files that were looked at; what was replaced since is unknown again.
 */
import type { Guest, Path, WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import { listOf, oneOf, orNull, record, text } from '../../shape.ts';

const FILE: Path = '/var/lib/enlighten/initramfs.json';

export interface KnownInitramfs {
  release: string;
  /** What it was asked about: the drivers, in order, separated by blanks. */
  drivers: string;
  vendor: Path;
  /** Of the vendor's file: size, time of change, inode. */
  stamp: string;
  /** Drivers the vendor's lacks. */
  lacks: string[];
  /** Ours, beside it, with the stamp it had; null when none was needed, or none could be made. */
  built: { path: Path; stamp: string } | null;
  /** Why none could be made. */
  failed: Notice | null;
}

const notice = record({ code: text, subject: text, happened: text, remedy: text });
const isKnown = record({
  schemaVersion: oneOf([1]),
  known: listOf(
    record({
      ...{ release: text, drivers: text, vendor: text, stamp: text, lacks: listOf(text) },
      ...{ built: orNull(record({ path: text, stamp: text })), failed: orNull(notice) },
    }),
  ),
});

export const stampOf = async (guest: Guest, path: Path): Promise<string | null> => {
  const stat = await guest.stat(path);
  return stat?.kind === 'file' ? `${stat.size} ${stat.mtimeMs} ${stat.inode}` : null;
};

/** All records; a file that is absent, broken or newer says nothing: then it is looked at again. */
const records = async (guest: Guest): Promise<KnownInitramfs[]> => {
  try {
    const value: unknown = JSON.parse((await guest.read(FILE))?.toString('utf8') ?? 'null');
    return isKnown(value) ? (value as { known: KnownInitramfs[] }).known : [];
  } catch {
    return [];
  }
};

/** What still holds: the vendor's file is the one that was looked at, and so is ours. */
export const knownInitramfs = async (guest: Guest): Promise<KnownInitramfs[]> => {
  const holding: KnownInitramfs[] = [];
  for (const each of await records(guest)) {
    if ((await stampOf(guest, each.vendor)) !== each.stamp) continue;
    if (each.built !== null && (await stampOf(guest, each.built.path)) !== each.built.stamp) continue;
    holding.push(each);
  }
  return holding;
};

/** Remembers one; what was known of the same kernel is forgotten. */
export const remember = async (guest: WritableGuest, known: KnownInitramfs): Promise<void> => {
  const others = (await knownInitramfs(guest)).filter(({ release }) => release !== known.release);
  await guest.replace(FILE, `${JSON.stringify({ schemaVersion: 1, known: [...others, known] })}\n`, 0o600);
};

export const forget = async (guest: WritableGuest, release: string): Promise<void> => {
  const others = (await knownInitramfs(guest)).filter(each => each.release !== release);
  await guest.replace(FILE, `${JSON.stringify({ schemaVersion: 1, known: others })}\n`, 0o600);
};
