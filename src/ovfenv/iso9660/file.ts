/** Finding and reading one file in the root directory of an ISO 9660 volume. */
import type { BlockReader, Bytes } from '../../guest/guest.ts';
import type { RootFile } from '../disc.ts';
import { type DirectoryEntry, entriesOf, entryOf } from './directory.ts';
import type { Tree, Volume } from './volume.ts';

/** Thousands of files; a directory that claims more is read only so far. */
const largestDirectory: Bytes = 1024 * 1024;

/**
 * The first of `names` (lower case; the disc may write them in any case) that lies in the volume's root directory,
 * whole. At most one read for each tree's directory and one for the file; I/O errors are the reader's to throw.
 */
export const readRootFile = async (
  reader: BlockReader,
  volume: Volume,
  names: readonly string[],
  max: Bytes,
): Promise<RootFile> => {
  for (const tree of volume.trees) {
    const files = (await rootEntries(reader, tree)).filter(entry => !entry.folder);
    for (const name of names) {
      const entry = files.find(file => file.name.toLowerCase() === name);
      if (entry !== undefined) return readWhole(reader, entry, max);
    }
  }
  return { state: 'absent' };
};

/** What lies in a tree's root; empty when it has no sound root. */
export const rootEntries = async (reader: BlockReader, tree: Tree): Promise<DirectoryEntry[]> => {
  const root = entryOf(tree.rootRecord, tree);
  return root === null ? [] : readEntries(reader, tree, root);
};

export const readEntries = async (
  reader: BlockReader,
  tree: Tree,
  folder: Pick<DirectoryEntry, 'offset' | 'length'>,
): Promise<DirectoryEntry[]> => {
  const directory = await reader.read(folder.offset, Math.min(folder.length, largestDirectory));
  return [...entriesOf(directory, tree)];
};

const readWhole = async (reader: BlockReader, entry: DirectoryEntry, max: Bytes): Promise<RootFile> => {
  const { name, length } = entry;
  if (length > max) return { state: 'too-large', name };
  if (!entry.contiguous) return { state: 'damaged', name };
  const content = await reader.read(entry.offset, length);
  return content.length === length ? { state: 'read', name, content } : { state: 'damaged', name };
};
