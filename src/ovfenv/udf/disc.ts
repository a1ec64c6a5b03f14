import type { BlockReader, Bytes } from '../../guest/guest.ts';
import type { Disc, RootFile } from '../disc.ts';
import { tagOf, tags } from './descriptor.ts';
import { entriesIn, readFile } from './file.ts';
import { isUdf, longAddress, readAt, readVolume } from './volume.ts';

const largestDirectory: Bytes = 256 * 1024;

/** The UDF volume on a medium; null when it is none. Whatever is damaged in it shows when a file is asked for. */
export const openUdf = async (reader: BlockReader): Promise<Disc | null> =>
  (await isUdf(reader))
    ? { rootFile: (names, max) => rootFile(reader, names, max), companions: async () => [] } // Azure's disc has none
    : null;

const rootFile = async (reader: BlockReader, names: readonly string[], max: Bytes): Promise<RootFile> => {
  const unreadable: RootFile = { state: 'damaged', name: names[0] ?? '' };
  const volume = await readVolume(reader);
  if (volume === null) return unreadable;
  const fileSet = await readAt(reader, volume, volume.fileSet, 512);
  if (tagOf(fileSet) !== tags.fileSet) return unreadable;
  const directory = await readFile(reader, volume, longAddress(fileSet, 400), largestDirectory);
  if (directory.state !== 'read') return unreadable;
  const files = [...entriesIn(directory.content)].filter(entry => !entry.folder);
  for (const name of names) {
    const entry = files.find(file => file.name.toLowerCase() === name);
    if (entry !== undefined) return { name: entry.name, ...(await readFile(reader, volume, entry.at, max)) };
  }
  return { state: 'absent' };
};
