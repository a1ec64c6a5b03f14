/** Looking for the document on the discs in the machine's drives: what the ISO transport and Azure's have in common. */
import { EnlightenError } from '../../errors.ts';
import type { BlockReader, Guest, Path } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import type { Disc } from '../disc.ts';
import type { TransportName } from '../environment.ts';
import { largestDocument } from '../limits.ts';
import { opticalDrives } from './drives.ts';
import type { Fetched } from './transport.ts';

/** As seen in the field, in lower case; plain ISO 9660 level 1 turns the dash into an underscore. */
const fileNames = ['ovf-env.xml', 'ovf_env.xml'];
/** A drive that hangs costs two seconds; after so long no further drive is opened. */
const patienceMs = 4000;
const nothing: Fetched = { found: null, notices: [] };

/** The medium's file system where it is one to look into, else null. */
type Open = (reader: BlockReader) => Promise<Disc | null>;

/** The document on the first disc that has one. What cannot be read is a Notice, and the next disc is looked into. */
export const fetchFromDiscs = async (guest: Guest, transport: TransportName, open: Open): Promise<Fetched> => {
  const notices: Fetched['notices'] = [];
  const until = guest.clock.monotonic() + patienceMs;
  for (const drive of await opticalDrives(guest)) {
    if (guest.clock.monotonic() > until) break;
    const fetched = await lookInto(guest, `/dev/${drive}`, transport, open);
    notices.push(...fetched.notices);
    if (fetched.found !== null) return { found: fetched.found, notices };
  }
  return { found: null, notices };
};

const lookInto = async (guest: Guest, device: Path, transport: TransportName, open: Open): Promise<Fetched> => {
  const reader = await guest.block(device);
  if (reader === null) return nothing;
  try {
    const disc = await opened(reader, open);
    return disc === null ? nothing : await fromDisc(disc, device, transport);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return { found: null, notices: [environmentNotice('environment-disc-unreadable', device)] };
  } finally {
    await reader.close();
  }
};

/** An empty tray opens like a full one and fails at the first read: that failure is the normal case and says nothing. */
const opened = async (reader: BlockReader, open: Open): Promise<Disc | null> => {
  try {
    return await open(reader);
  } catch (error) {
    if (error instanceof EnlightenError) return null;
    throw error;
  }
};

const fromDisc = async (disc: Disc, device: Path, transport: TransportName): Promise<Fetched> => {
  const file = await disc.rootFile(fileNames, largestDocument);
  if (file.state === 'absent') return nothing;
  const source = `${device}:/${file.name}`;
  switch (file.state) {
    case 'too-large':
      return { found: null, notices: [environmentNotice('environment-too-large', source, `${largestDocument} bytes`)] };
    case 'damaged':
      return { found: null, notices: [environmentNotice('environment-disc-damaged', source)] };
    case 'read':
      return {
        found: { transport, source, document: file.content, files: await companionsOn(disc) },
        notices: [],
      };
  }
};

/** The document counts also where the files beside it cannot be listed. */
const companionsOn = async (disc: Disc): Promise<string[]> => {
  try {
    return await disc.companions();
  } catch (error) {
    if (error instanceof EnlightenError) return [];
    throw error;
  }
};
