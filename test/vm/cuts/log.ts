/**
 * Reads the log of QEMU's `blklogwrites` driver: every write and flush of a disk, in their order. The format is that of Linux's dm-log-writes
 * (drivers/md/dm-log-writes.c): a super block, then an entry for each request, each padded to one log sector and followed by its data.
 */
import { type FileHandle, open } from 'node:fs/promises';

const MAGIC = 0x6a736677736872n;
const VERSION = 1n;
const FLUSH = 1n;
const DISCARD = 4n;
/** One request holds at most this much: QEMU splits larger ones long before. */
const MAX_DATA = 64 * 1024 * 1024;

export interface Entry {
  /** Bytes from the start of the disk. */
  offset: number;
  /** Empty for a flush; zeros for a discard, which is what the drive then reads as. */
  data: Buffer;
  flush: boolean;
}

const bytesAt = async (log: FileHandle, position: number, length: number): Promise<Buffer> => {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await log.read(bytes, 0, length, position);
  if (bytesRead < length) throw new Error(`the log ends at ${position + bytesRead}, within an entry`);
  return bytes;
};

/** @throws Error where it is no such log, or ends before the entries it promises. */
export async function* entriesOf(file: string): AsyncGenerator<Entry> {
  const log = await open(file);
  try {
    const header = await bytesAt(log, 0, 28);
    const [magic, version] = [header.readBigUInt64LE(0), header.readBigUInt64LE(8)];
    if (magic !== MAGIC || version !== VERSION) throw new Error(`${file} is no log of writes`);
    const sector = header.readUInt32LE(24);
    if (sector < 512 || sector > 4096 || sector % 512 !== 0) throw new Error(`sectors of ${sector} bytes`);
    let position = sector;
    for (let left = header.readBigUInt64LE(16); left > 0n; left -= 1n) {
      const entry = await bytesAt(log, position, 24);
      const [at, sectors, flags] = [0, 8, 16].map(field => entry.readBigUInt64LE(field)) as [bigint, bigint, bigint];
      const length = Number(sectors) * sector;
      const logged = (flags & DISCARD) === 0n;
      if (length > MAX_DATA && logged) throw new Error(`one request of ${length} bytes`);
      position += sector;
      const data = logged ? await bytesAt(log, position, length) : Buffer.alloc(Math.min(length, MAX_DATA));
      if (logged) position += length;
      yield { offset: Number(at) * sector, data, flush: (flags & FLUSH) !== 0n };
    }
  } finally {
    await log.close();
  }
}
