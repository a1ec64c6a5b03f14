/** Documents that lie in a file: read whole, and what is wrong with them told as Notices. */
import { EnlightenError, errno } from '../../errors.ts';
import type { Bytes, Guest, Path } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import type { TransportName } from '../environment.ts';
import { largestDocument } from '../limits.ts';
import { unpacked } from './packed.ts';
import type { Fetched } from './transport.ts';

type Code = Parameters<typeof environmentNotice>[0];

export const nothing: Fetched = { found: null, notices: [] };

/** Nothing, and why. */
export const told = (code: Code, source: string, detail = ''): Fetched => ({
  found: null,
  notices: [environmentNotice(code, source, detail)],
});

/**
 * The bytes of a file, else what to answer without them. Absent, and what only root may read: both say nothing, as it
 * cannot be told whether there would be a document.
 */
export const bytesOf = async (guest: Guest, path: Path, max: Bytes): Promise<Buffer | Fetched> => {
  try {
    return (await guest.read(path, max)) ?? nothing;
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    if (error.code === 'too-large') return told('environment-too-large', path, `${max} bytes`);
    if (['EACCES', 'EPERM'].includes(errno(error.cause))) return nothing;
    return told('environment-unreadable', path, errno(error.cause));
  }
};

/**
 * The document of a file that holds nothing else, plain or as gzip.
 * @param max the longest file
 */
export const fetchFromFile = async (
  guest: Guest,
  transport: TransportName,
  path: Path,
  max: Bytes = largestDocument,
): Promise<Fetched> => {
  const bytes = await bytesOf(guest, path, max);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const read = unpacked(bytes, largestDocument);
  switch (read.state) {
    case 'too-large':
      return told('environment-too-large', path, `${largestDocument} bytes`);
    case 'damaged':
      return told('environment-damaged', path, 'it begins as gzip and is not');
    case 'read':
      return { found: { transport, source: path, document: read.document }, notices: [] };
  }
};
