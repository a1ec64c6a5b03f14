/** What an .rpm says of itself: the header after the lead and the signature (RPM's docs/manual/format_v4.md). */
import type { BlockReader, Bytes } from '../guest/guest.ts';
import type { Metadata } from './package.ts';

const LEAD: Bytes = 96;
const MAGIC = 0x8eade801;
const PREAMBLE: Bytes = 16;
const ENTRY: Bytes = 16;
/** A kernel's header lists its thousands of files. */
const MAX_HEADER: Bytes = 32 * 1024 * 1024;
/** docs/manual/tags.md */
const tags = {
  ...{ name: 1000, version: 1001, release: 1002, size: 1009, architecture: 1022 },
  ...{ provides: 1047, requires: 1049 },
};
const INT32 = 4;
const STRINGS = 8;
/** A kernel provides a name for each of its modules. */
const MAX_NAMES = 65_536;

interface Header {
  index: Buffer;
  store: Buffer;
  end: number;
}

const headerAt = async (reader: BlockReader, at: number): Promise<Header | null> => {
  const preamble = await reader.read(at, PREAMBLE);
  if (preamble.length < PREAMBLE || preamble.readUInt32BE(0) !== MAGIC) return null;
  const [entries, bytes] = [preamble.readUInt32BE(8) * ENTRY, preamble.readUInt32BE(12)];
  if (entries + bytes > MAX_HEADER) return null;
  const content = await reader.read(at + PREAMBLE, entries + bytes);
  if (content.length !== entries + bytes) return null;
  return { index: content.subarray(0, entries), store: content.subarray(entries), end: at + PREAMBLE + content.length };
};

interface Entry {
  type: number;
  count: number;
  data: Buffer;
}

const entryOf = ({ index, store }: Header, tag: number): Entry | null => {
  for (let at = 0; at < index.length; at += ENTRY) {
    if (index.readUInt32BE(at) !== tag) continue;
    const [type, offset, count] = [4, 8, 12].map(field => index.readUInt32BE(at + field));
    return { type: type ?? 0, count: count ?? 0, data: store.subarray(offset) };
  }
  return null;
};

const textOf = (header: Header, tag: number): string => {
  const data = entryOf(header, tag)?.data.subarray(0, 256) ?? Buffer.alloc(0);
  const end = data.indexOf(0);
  return end < 0 ? '' : data.toString('utf8', 0, end);
};

const namesOf = (header: Header, tag: number): string[] => {
  const entry = entryOf(header, tag);
  if (entry?.type !== STRINGS) return [];
  const names: string[] = [];
  for (let at = 0; names.length < Math.min(entry.count, MAX_NAMES); ) {
    const end = entry.data.indexOf(0, at);
    if (end < 0) break;
    names.push(entry.data.toString('utf8', at, end));
    at = end + 1;
  }
  return names;
};

export const readRpm = async (reader: BlockReader): Promise<Metadata | null> => {
  const signature = await headerAt(reader, LEAD);
  // The signature is padded to eight bytes.
  const header = signature && (await headerAt(reader, Math.ceil(signature.end / 8) * 8));
  if (!header) return null;
  const [name, version, release] = [tags.name, tags.version, tags.release].map(tag => textOf(header, tag));
  const architecture = textOf(header, tags.architecture);
  if (!name || !version || !release || !architecture) return null;
  const size = entryOf(header, tags.size);
  const installedSize = size?.type === INT32 && size.data.length >= 4 ? size.data.readUInt32BE(0) : null;
  const [needs, provided] = [namesOf(header, tags.requires), namesOf(header, tags.provides)];
  const provides = [...new Set([name, ...provided])];
  return { name, version: `${version}-${release}`, architecture, installedSize, needs, provides };
};
