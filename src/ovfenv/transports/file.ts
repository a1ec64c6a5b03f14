/** A document named by a person (`env show --file F`). */
import { EnlightenError } from '../../errors.ts';
import type { Guest, Path } from '../../guest/guest.ts';
import type { FetchedDocument } from '../environment.ts';
import { largestDocument } from '../limits.ts';

/** The file's bytes. Unlike a transport it throws: somebody asked for exactly this file. */
export const fetchFile = async (guest: Guest, path: Path, max = largestDocument): Promise<FetchedDocument> => {
  const document = await guest.read(path, max);
  if (document === null) {
    throw new EnlightenError('none', { tried: 'read the environment', on: path, happened: 'there is no such file' });
  }
  return { transport: 'file', source: path, document };
};
