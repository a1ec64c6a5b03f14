/** The document in the OEM strings of the machine's SMBIOS tables; smbios-strings.ts has the format. */
import type { Bytes, Guest } from '../../guest/guest.ts';
import { largestDocument } from '../limits.ts';
import { bytesOf, nothing, told } from './delivered.ts';
import { documentInStrings, oemStringsIn } from './smbios-strings.ts';
import type { Fetched, Transport } from './transport.ts';

/** The kernel's dmi-sysfs (ABI/testing/sysfs-firmware-dmi-entries), root only: a folder for each structure, TYPE-INSTANCE. */
const entries = '/sys/firmware/dmi/entries';
const oemStrings = /^11-\d+$/;
/** Structures of type 11 that are looked at; real machines have one. */
const mostStructures = 16;
/** Base64 is a third longer than what it holds, and the numbering adds a little. */
const largestTables: Bytes = 1.5 * largestDocument;

export const smbios: Transport = {
  name: 'smbios',
  async fetch(guest) {
    const strings = await stringsOf(guest);
    if (!Array.isArray(strings)) return strings;
    const source = `${entries}/11-*`;
    const read = documentInStrings(strings, largestDocument);
    switch (read.state) {
      case 'absent':
        return nothing;
      case 'too-large':
        return told('environment-too-large', source, `${largestDocument} bytes`);
      case 'damaged':
        return told('environment-damaged', source, read.why);
      case 'read':
        return { found: { transport: 'smbios', source, document: read.document }, notices: [] };
    }
  },
};

const stringsOf = async (guest: Guest): Promise<string[] | Fetched> => {
  const structures = (await guest.list(entries)).filter(name => oemStrings.test(name)).slice(0, mostStructures);
  const strings: string[] = [];
  let room = largestTables;
  for (const structure of structures) {
    const raw = await bytesOf(guest, `${entries}/${structure}/raw`, room);
    if (!Buffer.isBuffer(raw)) return raw;
    room -= raw.length;
    strings.push(...oemStringsIn(raw));
  }
  return strings;
};
