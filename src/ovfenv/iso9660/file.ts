/** Finding and reading one file in the root directory of an ISO 9660 volume. */
import type { BlockReader, Bytes } from '../../guest/guest.ts';
import { type DirectoryEntry, entriesOf, entryOf } from './directory.ts';
import type { Tree, Volume } from './volume.ts';

/** Thousands of files; a root directory that claims more is read only so far. */
const largestDirectory: Bytes = 1024 * 1024;

/** `name` is the file's name as it stands on the disc. */
export type RootFile =
  | { state: 'absent' }
  | { state: 'too-large' | 'damaged'; name: string }
  | { state: 'read'; name: string; content: Buffer };

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
    const entry = await find(reader, tree, names);
    if (entry !== null) return readWhole(reader, entry, max);
  }
  return { state: 'absent' };
};

const find = async (reader: BlockReader, tree: Tree, names: readonly string[]): Promise<DirectoryEntry | null> => {
  const root = entryOf(tree.rootRecord, tree);
  if (root === null) return null;
  const directory = await reader.read(root.offset, Math.min(root.length, largestDirectory));
  const files = [...entriesOf(directory, tree)].filter(entry => !entry.folder);
  for (const name of names) {
    const entry = files.find(file => file.name.toLowerCase() === name);
    if (entry !== undefined) return entry;
  }
  return null;
};

const readWhole = async (reader: BlockReader, entry: DirectoryEntry, max: Bytes): Promise<RootFile> => {
  const { name, length } = entry;
  if (length > max) return { state: 'too-large', name };
  if (!entry.contiguous) return { state: 'damaged', name };
  const content = await reader.read(entry.offset, length);
  return content.length === length ? { state: 'read', name, content } : { state: 'damaged', name };
};
