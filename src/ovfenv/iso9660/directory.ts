/** Directory records (ECMA-119 §9.1) and the three ways a name is written in them. */
import type { Bytes } from '../../guest/guest.ts';
import { sectorSize, type Tree } from './volume.ts';

export interface DirectoryEntry {
  /** Without version (`;1`) and the dot that stands before no extension. */
  name: string;
  folder: boolean;
  /** False for what no small file is: interleaved, or in several extents. */
  contiguous: boolean;
  offset: Bytes;
  length: Bytes;
}

const flags = { folder: 0x02, moreExtents: 0x80 };
/** A record without a name's bytes. */
const fixedPart = 33;

/** The entries of a directory, without `.` and `..`. Whatever the bytes are, this ends after one pass over them. */
export function* entriesOf(directory: Buffer, tree: Tree): Generator<DirectoryEntry> {
  let at = 0;
  while (at + fixedPart < directory.length) {
    const length = directory[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / sectorSize) + 1) * sectorSize; // records do not cross sectors: the rest is padding
      continue;
    }
    const entry = entryOf(directory.subarray(at, at + length), tree);
    if (entry !== null && entry.name !== '') yield entry;
    at += Math.max(length, fixedPart + 1);
  }
}

/** One record; null when it is too short to be one. The root's own record has the empty name. */
export const entryOf = (record: Buffer, tree: Tree): DirectoryEntry | null => {
  if (record.length <= fixedPart) return null;
  const attributeBlocks = record[1] ?? 0;
  const flag = record[25] ?? 0;
  return {
    name: nameOf(record, tree),
    folder: (flag & flags.folder) !== 0,
    contiguous: (flag & flags.moreExtents) === 0 && record[26] === 0 && record[27] === 0,
    offset: (record.readUInt32LE(2) + attributeBlocks) * tree.blockSize,
    length: record.readUInt32LE(10),
  };
};

const nameOf = (record: Buffer, tree: Tree): string => {
  const length = record[32] ?? 0;
  const written = record.subarray(fixedPart, fixedPart + length);
  if (written.length === 1 && (written[0] ?? 0) <= 1) return ''; // `.` is the byte 0, `..` the byte 1
  if (tree.naming === 'joliet') return withoutVersion(bigEndianText(written));
  // The name is padded to an even offset; what follows it is for system use: Rock Ridge.
  const systemUse = record.subarray(fixedPart + length + (length % 2 === 0 ? 1 : 0));
  return rockRidgeName(systemUse) ?? withoutVersion(written.toString('latin1'));
};

const withoutVersion = (name: string): string => name.replace(/;\d*$/, '').replace(/\.$/, '');

const bigEndianText = (bytes: Buffer): string =>
  Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');

/**
 * The NM entries of the System Use Sharing Protocol (RRIP §4.1.4); null when there is none, or when the name goes on in a
 * continuation area: those are not followed, and half a name is none.
 */
const rockRidgeName = (systemUse: Buffer): string | null => {
  let name: string | null = null;
  let goesOn = false;
  for (let at = 0; at + 4 <= systemUse.length; ) {
    const length = systemUse[at + 2] ?? 0;
    if (length < 4) break;
    const isName = systemUse.toString('latin1', at, at + 2) === 'NM';
    if (isName && length > 5) {
      name = (name ?? '') + systemUse.toString('utf8', at + 5, at + length);
      goesOn = ((systemUse[at + 4] ?? 0) & 0x01) !== 0;
    }
    at += length;
  }
  return goesOn ? null : name;
};
