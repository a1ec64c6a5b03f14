/**
 * The volume descriptors of an ISO 9660 image (ECMA-119 §8; Joliet: supplementary descriptors with a UCS-2 escape
 * sequence). Read straight from the device: no mount, no isofs module, and an image file does as well.
 */
import type { BlockReader, Bytes } from '../../guest/guest.ts';

/** Descriptors and directories are laid out in sectors of this size whatever the logical block size is. */
export const sectorSize: Bytes = 2048;
/** ECMA-119 §6.2.1: the first 16 sectors are the system area. */
const firstDescriptor = 16;
/** Real images have two to five; the list ends at its terminator or here. */
const mostDescriptors = 32;

const types = { primary: 1, supplementary: 2, terminator: 255 };
/** UCS-2 levels 1 to 3: the escape sequences that make a supplementary descriptor Joliet. */
const jolietEscapes = ['%/@', '%/C', '%/E'];

/** One tree of directories; an image with Joliet has two over the same files. */
export interface Tree {
  naming: 'joliet' | 'plain';
  /** Logical block size: extents are counted in it. */
  blockSize: Bytes;
  /** The 34 bytes of the root's directory record. */
  rootRecord: Buffer;
}

export interface Volume {
  label: string;
  /** The one with the better names first. */
  trees: Tree[];
}

/** The volume on a medium; null when it is not ISO 9660. One bounded read; an I/O error is the reader's to throw. */
export const readVolume = async (reader: BlockReader): Promise<Volume | null> => {
  const area = await reader.read(firstDescriptor * sectorSize, mostDescriptors * sectorSize);
  const descriptors = descriptorsIn(area);
  const primary = descriptors.find(descriptor => descriptor[0] === types.primary);
  if (primary === undefined) return null;
  const plain = treeOf(primary, 'plain');
  const joliet = descriptors.filter(isJoliet).map(descriptor => treeOf(descriptor, 'joliet'));
  return {
    label: primary.toString('latin1', 40, 72).replaceAll('\0', '').trim(),
    trees: [...joliet, plain].filter(tree => tree !== null),
  };
};

const descriptorsIn = (area: Buffer): Buffer[] => {
  const found: Buffer[] = [];
  for (let at = 0; at + sectorSize <= area.length; at += sectorSize) {
    const descriptor = area.subarray(at, at + sectorSize);
    if (descriptor.toString('latin1', 1, 6) !== 'CD001' || descriptor[0] === types.terminator) break;
    found.push(descriptor);
  }
  return found;
};

const isJoliet = (descriptor: Buffer): boolean =>
  descriptor[0] === types.supplementary && jolietEscapes.includes(descriptor.toString('latin1', 88, 91));

const treeOf = (descriptor: Buffer, naming: Tree['naming']): Tree | null => {
  const blockSize = descriptor.readUInt16LE(128);
  // ECMA-119 §6.2.2: a power of two from 512 up to the sector size.
  if (![512, 1024, 2048].includes(blockSize)) return null;
  return { naming, blockSize, rootRecord: descriptor.subarray(156, 190) };
};
