/** The structures of an ISO 9660 image as bytes (ECMA-119): numbers in both byte orders, directory records, path tables, descriptors. */
import type { Bytes } from '../../guest/guest.ts';
import type { Naming } from './names.ts';
import { sectorSize } from './volume.ts';

/** Where something lies: its first sector, and its length without the padding behind it. */
export interface Extent {
  sector: number;
  length: Bytes;
}

export interface Recorded extends Extent {
  identifier: Buffer;
  folder: boolean;
}

/** `.` and `..` (ECMA-119 §6.8.2.2) */
export const here = Buffer.of(0);
export const above = Buffer.of(1);

/** §7.2.3 and §7.3.3: little-endian, then big-endian. */
const both16 = (into: Buffer, value: number, at: number): void => {
  into.writeUInt16LE(value, at);
  into.writeUInt16BE(value, at + 2);
};
const both32 = (into: Buffer, value: number, at: number): void => {
  into.writeUInt32LE(value, at);
  into.writeUInt32BE(value, at + 4);
};

/** §9.1; the date stays zero. */
export const recordOf = ({ identifier, sector, length, folder }: Recorded): Buffer => {
  const record = Buffer.alloc((33 + identifier.length + 1) & ~1);
  record[0] = record.length;
  both32(record, sector, 2);
  both32(record, length, 10);
  record[25] = folder ? 0x02 : 0;
  both16(record, 1, 28);
  record[32] = identifier.length;
  identifier.copy(record, 33);
  return record;
};

/** §6.8.1: no record crosses the end of a sector, and a directory fills whole ones. */
export const directoryOf = (records: readonly Buffer[]): Buffer => {
  const sectors = [Buffer.alloc(sectorSize)];
  let used = 0;
  for (const record of records) {
    if (used + record.length > sectorSize) {
      sectors.push(Buffer.alloc(sectorSize));
      used = 0;
    }
    used += record.copy(sectors.at(-1) ?? record, used);
  }
  return Buffer.concat(sectors);
};

/** §9.4; every folder's parent is the root, which is the first. */
export const pathTableOf = (folders: readonly Recorded[], order: 'LE' | 'BE'): Buffer =>
  Buffer.concat(
    folders.map(({ identifier, sector }) => {
      const entry = Buffer.alloc((8 + identifier.length + 1) & ~1);
      entry[0] = identifier.length;
      entry[`writeUInt32${order}`](sector, 2);
      entry[`writeUInt16${order}`](1, 6);
      identifier.copy(entry, 8);
      return entry;
    }),
  );

export interface Described {
  naming: Naming;
  label: string;
  /** Of the whole image. */
  sectors: number;
  /** In both byte orders; their lengths are equal. */
  pathTable: { LE: Extent; BE: Extent };
  root: Extent;
}

/** Where a descriptor has text, padded with blanks: offset and length (§8.4.5 to §8.4.25). */
const label = { at: 40, length: 32 };
const otherTexts = [
  { at: 8, length: 32 },
  { at: 190, length: 623 },
];
/** Four times sixteen digits and an offset: "not specified" (§8.4.26.1). */
const dates = { at: 813, length: 17, count: 4 };

/** §8.4 and §8.5: the primary descriptor, or a supplementary one where the naming has an escape sequence. */
export const descriptorOf = ({ naming, label: name, sectors, pathTable, root }: Described): Buffer => {
  const descriptor = Buffer.alloc(sectorSize);
  descriptor[0] = naming.escape === '' ? 1 : 2;
  descriptor.write('CD001\x01', 1, 'latin1');
  for (const { at, length } of [label, ...otherTexts]) descriptor.fill(naming.text(' '), at, at + length);
  naming.text(name).copy(descriptor, label.at, 0, label.length);
  both32(descriptor, sectors, 80);
  descriptor.write(naming.escape, 88, 'latin1');
  both16(descriptor, 1, 120);
  both16(descriptor, 1, 124);
  both16(descriptor, sectorSize, 128);
  both32(descriptor, pathTable.LE.length, 132);
  descriptor.writeUInt32LE(pathTable.LE.sector, 140);
  descriptor.writeUInt32BE(pathTable.BE.sector, 148);
  recordOf({ ...root, identifier: here, folder: true }).copy(descriptor, 156);
  for (let date = 0; date < dates.count; date++)
    descriptor.write('0'.repeat(dates.length - 1), dates.at + date * dates.length, 'latin1');
  descriptor[881] = 1;
  return descriptor;
};

/** §8.3 */
export const terminator = (): Buffer => {
  const descriptor = Buffer.alloc(sectorSize);
  descriptor.write('\xffCD001\x01', 'latin1');
  return descriptor;
};
