/**
 * The standard's own transport (DSP0243 §11.2): an ISO 9660 image in a CD-ROM drive with `ovf-env.xml` in its root.
 * No volume label is standardized, so every disc is looked into except those known to be somebody else's.
 */
import { EnlightenError } from '../../errors.ts';
import type { BlockReader, Guest, Path } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { readRootFile } from '../iso9660/file.ts';
import { readVolume, type Volume } from '../iso9660/volume.ts';
import { largestDocument } from '../limits.ts';
import { opticalDrives } from './drives.ts';
import type { Fetched, Transport } from './transport.ts';

/** As seen in the field, in lower case; plain ISO 9660 level 1 turns the dash into an underscore. */
const fileNames = ['ovf-env.xml', 'ovf_env.xml'];
/** Discs of cloud-init's ConfigDrive and NoCloud, and Azure's, which its own agent reads and ejects. */
const foreignLabels = /^(config-2|cidata|rd_rdfe_stable.*)$/i;
const nothing: Fetched = { found: null, notices: [] };

export const iso: Transport = {
  name: 'iso',
  async fetch(guest) {
    const notices: Fetched['notices'] = [];
    for (const drive of await opticalDrives(guest)) {
      const fetched = await lookInto(guest, `/dev/${drive}`);
      notices.push(...fetched.notices);
      if (fetched.found !== null) return { found: fetched.found, notices };
    }
    return { found: null, notices };
  },
};

const lookInto = async (guest: Guest, device: Path): Promise<Fetched> => {
  const reader = await guest.block(device);
  if (reader === null) return nothing;
  try {
    const volume = await volumeIn(reader);
    if (volume === null || foreignLabels.test(volume.label)) return nothing;
    return await fromVolume(reader, volume, device);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return { found: null, notices: [environmentNotice('environment-disc-unreadable', device)] };
  } finally {
    await reader.close();
  }
};

/** An empty tray opens like a full one and fails at the first read: that failure is the normal case and says nothing. */
const volumeIn = async (reader: BlockReader): Promise<Volume | null> => {
  try {
    return await readVolume(reader);
  } catch (error) {
    if (error instanceof EnlightenError) return null;
    throw error;
  }
};

const fromVolume = async (reader: BlockReader, volume: Volume, device: Path): Promise<Fetched> => {
  const file = await readRootFile(reader, volume, fileNames, largestDocument);
  if (file.state === 'absent') return nothing;
  const source = `${device}:/${file.name}`;
  switch (file.state) {
    case 'too-large':
      return { found: null, notices: [environmentNotice('environment-too-large', source, `${largestDocument} bytes`)] };
    case 'damaged':
      return { found: null, notices: [environmentNotice('environment-disc-damaged', source)] };
    case 'read':
      return { found: { transport: 'iso', source, document: file.content }, notices: [] };
  }
};
