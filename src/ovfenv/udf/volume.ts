/**
 * The volume structure of a UDF medium (ECMA-167 part 3; UDF 1.02 §2.2): from the anchor to the partition and the file set.
 * What Azure's disc and `mkudffs` make is read: one volume, partitions that are where they say. Virtual and metadata
 * partitions (incremental CD-R, Blu-ray) are not.
 */
import type { BlockReader, Bytes } from '../../guest/guest.ts';
import { tagOf, tags } from './descriptor.ts';

/** Discs have blocks of 2048 bytes; images of hard disks 512. */
const blockSizes: Bytes[] = [2048, 512, 4096];
/** ECMA-167 2/8.3.1 and UDF 1.02 §2.2.3: where recognition begins, and the block of the first anchor. */
const recognitionArea: Bytes = 32 * 1024;
const anchorBlock = 256;
/** Recognition has three structures, of 2048 bytes each, and the ISO 9660 ones of a bridge disc before them. */
const mostRecognized = 32;
const mostDescriptors = 64;

/** Where a file lies: a block of a partition. */
export interface Address {
  block: number;
  /** Which of the logical volume's partition maps it counts in. */
  partition: number;
}

export interface Volume {
  blockSize: Bytes;
  /** First byte and length of each partition, by the number of its map. */
  partitions: { offset: Bytes; length: Bytes }[];
  fileSet: Address;
}

/** Whether the medium says it holds UDF (BEA01, NSR02 or NSR03). One read; an I/O error is the reader's to throw. */
export const isUdf = async (reader: BlockReader): Promise<boolean> => {
  const area = await reader.read(recognitionArea, mostRecognized * 2048);
  for (let at = 0; at + 2048 <= area.length; at += 2048) {
    const identifier = area.toString('latin1', at + 1, at + 6);
    if (identifier === 'NSR02' || identifier === 'NSR03') return true;
    if (!['BEA01', 'CD001', 'BOOT2', 'CDW02'].includes(identifier)) return false;
  }
  return false;
};

/** The volume; null when its structure is damaged or of a kind not read here. A bounded number of bounded reads. */
export const readVolume = async (reader: BlockReader): Promise<Volume | null> => {
  for (const blockSize of blockSizes) {
    const anchor = await reader.read(anchorBlock * blockSize, 512);
    if (tagOf(anchor) !== tags.anchor || anchor.readUInt32LE(12) !== anchorBlock) continue;
    // The main sequence, then the reserve one.
    for (const at of [16, 24]) {
      const length = Math.min(anchor.readUInt32LE(at), mostDescriptors * blockSize);
      const sequence = await reader.read(anchor.readUInt32LE(at + 4) * blockSize, length);
      const volume = volumeIn(descriptorsIn(sequence, blockSize), blockSize);
      if (volume !== null) return volume;
    }
  }
  return null;
};

type Descriptors = { tag: number; bytes: Buffer }[];

const descriptorsIn = (sequence: Buffer, blockSize: Bytes): Descriptors => {
  const found: Descriptors = [];
  for (let at = 0; at + 512 <= sequence.length; at += blockSize) {
    const bytes = sequence.subarray(at, at + blockSize);
    const tag = tagOf(bytes);
    if (tag === tags.terminating) break;
    if (tag !== null) found.push({ tag, bytes });
  }
  return found;
};

const volumeIn = (descriptors: Descriptors, blockSize: Bytes): Volume | null => {
  const logical = descriptors.findLast(({ tag }) => tag === tags.logicalVolume)?.bytes;
  if (logical === undefined || logical.readUInt32LE(212) !== blockSize) return null;
  const extents = new Map(
    descriptors
      .filter(({ tag }) => tag === tags.partition)
      .map(({ bytes }) => [
        bytes.readUInt16LE(22),
        { offset: bytes.readUInt32LE(188) * blockSize, length: bytes.readUInt32LE(192) * blockSize },
      ]),
  );
  const partitions = partitionNumbers(logical).map(number => extents.get(number));
  if (partitions.length === 0 || !partitions.every(partition => partition !== undefined)) return null;
  return { blockSize, partitions, fileSet: longAddress(logical, 248) };
};

/** The partition each map stands for: plain ones, and sparable ones, whose spare packets an image does not use. -1 for others. */
const partitionNumbers = (logical: Buffer): number[] => {
  const maps = logical.subarray(440, 440 + Math.min(logical.readUInt32LE(264), logical.length - 440));
  const numbers: number[] = [];
  for (let at = 0; at + 6 <= maps.length && numbers.length < logical.readUInt32LE(268); ) {
    const [type = 0, length = 0] = maps.subarray(at, at + 2);
    if (length < 6 || at + length > maps.length) break;
    if (type === 1) numbers.push(maps.readUInt16LE(at + 4));
    else if (length >= 40 && isSparable(maps.subarray(at, at + length))) numbers.push(maps.readUInt16LE(at + 38));
    else numbers.push(-1);
    at += length;
  }
  return numbers;
};

/** UDF 1.50 §2.2.9. */
const isSparable = (map: Buffer): boolean => map.toString('latin1', 5, 28).startsWith('*UDF Sparable Partition');

/** The place in a long allocation descriptor (ECMA-167 4/14.14.2). */
export const longAddress = (bytes: Buffer, at: number): Address => ({
  block: bytes.readUInt32LE(at + 4),
  partition: bytes.readUInt16LE(at + 8),
});

/** Up to `length` bytes of a partition; empty where the address lies outside it. */
export const readAt = async (
  reader: BlockReader,
  volume: Volume,
  { block, partition }: Address,
  length: Bytes,
): Promise<Buffer> => {
  const extent = volume.partitions[partition];
  const offset = block * volume.blockSize;
  if (extent === undefined || offset >= extent.length) return Buffer.alloc(0);
  return reader.read(extent.offset + offset, Math.min(length, extent.length - offset));
};
