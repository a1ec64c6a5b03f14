/** What would have to change so that no file names a device of this hypervisor. Changes nothing itself. */
import { saying } from '../errors.ts';
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import { movingNotice } from '../notices/moving.ts';
import type { Notice } from '../notices/notice.ts';
import { records, rewritable } from './files.ts';
import { asTag, type Rewrite, type StableName, type Use, usesIn } from './name.ts';
import { type Known, stableName, whatIsKnown } from './stable.ts';

/** One file that should be another. */
export interface FileChange {
  /** With links followed. */
  path: Path;
  /** Permission bits. */
  mode: number;
  before: Buffer;
  /** With as many lines as `before`; null: the file goes. */
  after: Buffer | null;
  /** `/dev/sda1` → `UUID=…`, each pair once; none where the file goes. */
  names: { device: Path; name: string }[];
}

export interface DeviceNames {
  changes: FileChange[];
  /** Devices that are named and must stay as they are, each with the reason. */
  notices: Notice[];
}

const MAX_FILE: Bytes = 1024 * 1024;

/** Bytes are kept as they are, whatever they encode: one character for each. */
const textOf = (bytes: Buffer): string => bytes.toString('latin1');

interface Place {
  path: Path;
  mode: number;
  before: Buffer;
}

/** Null where there is no such file; a Notice where it cannot be read. */
const placeAt = async (guest: Guest, named: Path): Promise<Place | Notice | null> => {
  const path = await guest.resolve(named);
  const stat = path === null ? null : await guest.stat(path);
  if (path === null || stat?.kind !== 'file') return null;
  try {
    const before = await guest.read(path, MAX_FILE);
    return before && { path, mode: stat.mode, before };
  } catch (error) {
    return movingNotice('device-name-unreadable', named, saying(error));
  }
};

/** One file rewritten by what is known; no change where nothing in it may be renamed. Pure. */
const rewrittenFile = (place: Place, rewrite: Rewrite, known: Known): DeviceNames => {
  const names = new Map<Path, string>();
  const notices: Notice[] = [];
  const rename = (use: Use): StableName | null => {
    const name = stableName(known, use);
    if ('code' in name) {
      notices.push(name);
      return null;
    }
    names.set(use.device, asTag(name));
    return name;
  };
  const after = Buffer.from(rewrite(textOf(place.before), rename), 'latin1');
  const renamed = [...names].map(([device, name]) => ({ device, name }));
  return { changes: renamed.length === 0 ? [] : [{ ...place, after, names: renamed }], notices };
};

const generated = ({ path, before }: Place): Notice[] =>
  /^[ \t]*(?:export[ \t]+)?GRUB_DISABLE_LINUX_UUID=["']?true/m.test(textOf(before))
    ? [movingNotice('device-name-generated', path)]
    : [];

const isNotice = (found: Place | Notice): found is Notice => 'code' in found;

const byUuid = async (guest: Guest): Promise<DeviceNames> => {
  const found: DeviceNames = { changes: [], notices: [] };
  let known: Known | undefined;
  for (const [path, rewrite] of await rewritable(guest)) {
    const place = await placeAt(guest, path);
    if (place === null) continue;
    if (isNotice(place)) {
      found.notices.push(place);
      continue;
    }
    found.notices.push(...generated(place));
    if (usesIn(textOf(place.before), rewrite).length === 0) continue;
    known ??= await whatIsKnown(guest);
    const { changes, notices } = rewrittenFile(place, rewrite, known);
    found.changes.push(...changes);
    found.notices.push(...notices);
  }
  return found;
};

const withoutRecords = async (guest: Guest): Promise<FileChange[]> => {
  const found: FileChange[] = [];
  for (const [path, disposable] of records) {
    // Older Debian links it to /run, where it lasts for one boot.
    if ((await guest.link(path)) !== null || (guest.live && path.startsWith('/run/'))) continue;
    const place = await placeAt(guest, path);
    if (place === null || isNotice(place) || !disposable(textOf(place.before))) continue;
    found.push({ ...place, after: null, names: [] });
  }
  return found;
};

const once = (notices: readonly Notice[]): Notice[] => [
  ...new Map(notices.map(notice => [JSON.stringify(notice), notice])).values(),
];

/** Every file of the guest that names devices by the kernel's names, as it should be. Reads only; throws nothing for what it finds. */
export const deviceNames = async (guest: Guest): Promise<DeviceNames> => {
  const { changes, notices } = await byUuid(guest);
  return { changes: [...changes, ...(await withoutRecords(guest))], notices: once(notices) };
};
