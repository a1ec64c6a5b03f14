/** The "newc" cpio archive the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst). */
import { type ByteSource, damaged } from './bytes.ts';

interface ArchiveEntry {
  /** Without leading `/` and `./`: `usr/lib/modules/…/ext4.ko`. */
  name: string;
  size: number;
  /** File type and permissions, as st_mode. */
  mode: number;
}

/** What to do with an entry's content; null passes it over. `end` comes after the last piece. */
export type Receiver = (entry: ArchiveEntry) => { piece: (bytes: Buffer) => void; end: () => void } | null;

const HEADER = 110;
/** PATH_MAX: the kernel refuses longer names. */
const MAX_NAME = 4096;
const TRAILER = 'TRAILER!!!';

export const isArchive = (start: Buffer): boolean => /^07070[12]$/.test(start.toString('latin1', 0, 6));

/** The thirteen numbers after the magic: eight hexadecimal digits each. */
const fieldsOf = (header: Buffer): number[] => {
  const digits = header.toString('latin1', 6);
  if (!/^[0-9a-fA-F]{104}$/.test(digits)) throw damaged('a cpio header holds something other than numbers');
  return Array.from({ length: 13 }, (_, field) => Number.parseInt(digits.slice(field * 8, field * 8 + 8), 16));
};

const padding = (length: number): number => (4 - (length % 4)) % 4;

const entryOf = async (source: ByteSource): Promise<ArchiveEntry> => {
  const header = await source.take(HEADER);
  if (!isArchive(header)) throw damaged('a cpio header does not begin with 070701');
  const fields = fieldsOf(header);
  const [mode, size, nameSize] = [fields[1] ?? 0, fields[6] ?? 0, fields[11] ?? 0];
  if (nameSize < 2 || nameSize > MAX_NAME) throw damaged(`a file name has ${nameSize} bytes`);
  const name = (await source.take(nameSize)).toString('utf8', 0, nameSize - 1);
  await source.pass(padding(HEADER + nameSize));
  return { name: name.replace(/^(\.?\/)+/, ''), size, mode };
};

/**
 * Walks one archive up to and including its trailer.
 * @param visit called for each entry before its content
 * @throws EnlightenError `refused` when the archive is not well-formed or has no trailer.
 */
export const walkArchive = async (source: ByteSource, visit: Receiver): Promise<void> => {
  for (;;) {
    const entry = await entryOf(source);
    if (entry.name === TRAILER) return;
    const receiver = visit(entry);
    await source.pass(entry.size, receiver?.piece);
    receiver?.end();
    await source.pass(padding(entry.size));
  }
};
