/** The files an OVF 2.x platform puts beside the document, below `/ovffiles/` (DSP0243 2.1, EnvironmentFilesSection). */
import type { BlockReader } from '../../guest/guest.ts';
import type { DirectoryEntry } from './directory.ts';
import { readEntries, rootEntries } from './file.ts';
import type { Tree, Volume } from './volume.ts';

const folderName = 'ovffiles';
/** They are listed for people and programs to find, not read: a disc that holds more is not made for this. */
const mostFiles = 1000;
const mostFolders = 32;
/** ISO 9660's own limit on levels (ECMA-119 §6.8.2.1). */
const deepest = 8;

/** A file of the disc and where it lies. */
export interface Companion {
  /** `/ovffiles/licence.txt` */
  path: string;
  entry: DirectoryEntry;
}

/** Absolute paths on the disc, sorted. */
export const companionsOf = async (reader: BlockReader, volume: Volume): Promise<string[]> =>
  (await companionFiles(reader, volume)).map(({ path }) => path).sort();

/** Folders that contain themselves end at the limits. */
export const companionFiles = async (reader: BlockReader, volume: Volume): Promise<Companion[]> => {
  for (const tree of volume.trees) {
    const isOurs = ({ folder, name }: DirectoryEntry) => folder && name.toLowerCase() === folderName;
    const folder = (await rootEntries(reader, tree)).find(isOurs);
    if (folder !== undefined) return filesBelow(reader, tree, folder);
  }
  return [];
};

const filesBelow = async (reader: BlockReader, tree: Tree, top: DirectoryEntry): Promise<Companion[]> => {
  const files: Companion[] = [];
  const folders = [{ entry: top, path: `/${top.name}`, level: 1 }];
  for (const { entry, path, level } of folders) {
    if (files.length >= mostFiles) break;
    for (const child of (await readEntries(reader, tree, entry)).filter(({ name }) => isPlain(name))) {
      const childPath = `${path}/${child.name}`;
      if (!child.folder && files.length < mostFiles) files.push({ path: childPath, entry: child });
      if (child.folder && folders.length < mostFolders && level < deepest)
        folders.push({ entry: child, path: childPath, level: level + 1 });
    }
  }
  return files;
};

/** A name that leads nowhere else and can be printed. */
const isPlain = (name: string): boolean => name !== '.' && name !== '..' && !/[/\p{Cc}]/u.test(name);
