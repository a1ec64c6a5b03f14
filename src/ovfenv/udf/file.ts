/** Files and directories of a UDF volume (ECMA-167 part 4): a file entry says where the bytes lie, a directory is a file. */
import type { BlockReader, Bytes } from '../../guest/guest.ts';
import { tagOf, tags, textOf } from './descriptor.ts';
import { type Address, longAddress, readAt, type Volume } from './volume.ts';

/** Where a file entry keeps its lengths and what follows them; the extended one (UDF 2.00) is longer. */
const layouts = {
  [tags.fileEntry]: { lengths: 168, rest: 176 },
  [tags.extendedFileEntry]: { lengths: 208, rest: 216 },
} as const;
const isLaidOut = (tag: number | null): tag is keyof typeof layouts => tag !== null && Object.hasOwn(layouts, tag);

/** A megabyte in the smallest blocks is 2048 pieces; nothing real comes near. */
const mostExtents = 2048;

export type Content = { state: 'too-large' } | { state: 'damaged' } | { state: 'read'; content: Buffer };
const damaged: Content = { state: 'damaged' };

/** The whole of the file whose entry lies at `at`, at most `max` bytes. */
export const readFile = async (reader: BlockReader, volume: Volume, at: Address, max: Bytes): Promise<Content> => {
  const entry = await readAt(reader, volume, at, volume.blockSize);
  const tag = tagOf(entry);
  if (!isLaidOut(tag)) return damaged;
  const length = entry.readBigUInt64LE(56);
  if (length > BigInt(max)) return { state: 'too-large' };
  const { lengths, rest } = layouts[tag];
  const from = rest + entry.readUInt32LE(lengths); // past the extended attributes
  const allocation = entry.subarray(from, from + entry.readUInt32LE(lengths + 4));
  const content = await allocated(reader, volume, entry.readUInt16LE(34) & 7, allocation, at.partition, Number(length));
  return content === null || content.length < length
    ? damaged
    : { state: 'read', content: content.subarray(0, Number(length)) };
};

/** Kinds of allocation (ECMA-167 4/14.6.8): short and long descriptors, or the bytes themselves. Null for another kind. */
const allocated = async (
  reader: BlockReader,
  volume: Volume,
  kind: number,
  allocation: Buffer,
  partition: number,
  wanted: Bytes,
): Promise<Buffer | null> => {
  if (kind === 3) return allocation;
  if (kind !== 0 && kind !== 1) return null;
  const size = kind === 0 ? 8 : 16;
  const pieces: Buffer[] = [];
  let had = 0;
  for (let at = 0; at + size <= allocation.length && had < wanted && pieces.length < mostExtents; at += size) {
    const length = allocation.readUInt32LE(at) & 0x3fffffff;
    if (length === 0) break;
    // The upper two bits: recorded is 0. A hole, or a continuation elsewhere, is in no small file.
    if (allocation.readUInt32LE(at) >>> 30 !== 0) return null;
    const address = kind === 0 ? { block: allocation.readUInt32LE(at + 4), partition } : longAddress(allocation, at);
    const piece = await readAt(reader, volume, address, Math.min(length, wanted - had));
    pieces.push(piece);
    had += piece.length;
    if (piece.length < Math.min(length, wanted)) break;
  }
  return Buffer.concat(pieces);
};

export interface Entry {
  name: string;
  folder: boolean;
  at: Address;
}

const characteristics = { folder: 0x02, deleted: 0x04, parent: 0x08 };
const fixedPart = 38;

/** What a directory's bytes name (file identifier descriptors, ECMA-167 4/14.4). Ends after one pass, or at the first damaged one. */
export function* entriesIn(directory: Buffer): Generator<Entry> {
  for (let at = 0; at + fixedPart <= directory.length; ) {
    const [flags = 0, nameLength = 0] = directory.subarray(at + 18, at + 20);
    const name = at + fixedPart + directory.readUInt16LE(at + 36);
    const end = name + nameLength;
    const next = (end + 3) & ~3;
    if (end > directory.length || tagOf(directory.subarray(at, next)) !== tags.fileIdentifier) return;
    if ((flags & (characteristics.deleted | characteristics.parent)) === 0) {
      yield {
        name: textOf(directory.subarray(name, end)),
        folder: (flags & characteristics.folder) !== 0,
        at: longAddress(directory, at + 20),
      };
    }
    at = next;
  }
}
