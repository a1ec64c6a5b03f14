import type { BlockReader } from '../../guest/guest.ts';
import type { Disc } from '../disc.ts';
import { companionsOf } from './companions.ts';
import { readRootFile } from './file.ts';
import { readVolume } from './volume.ts';

/** The ISO 9660 volume on a medium with its label; null when it is none. */
export const openIso = async (reader: BlockReader): Promise<(Disc & { label: string }) | null> => {
  const volume = await readVolume(reader);
  return (
    volume && {
      label: volume.label,
      rootFile: (names, max) => readRootFile(reader, volume, names, max),
      companions: () => companionsOf(reader, volume),
    }
  );
};
