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
const tags = { name: 1000, version: 1001, release: 1002, size: 1009, architecture: 1022 };
const INT32 = 4;

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

const entryOf = ({ index, store }: Header, tag: number): { type: number; data: Buffer } | null => {
  for (let at = 0; at < index.length; at += ENTRY) {
    if (index.readUInt32BE(at) !== tag) continue;
    return { type: index.readUInt32BE(at + 4), data: store.subarray(index.readUInt32BE(at + 8)) };
  }
  return null;
};

const textOf = (header: Header, tag: number): string => {
  const data = entryOf(header, tag)?.data.subarray(0, 256) ?? Buffer.alloc(0);
  const end = data.indexOf(0);
  return end < 0 ? '' : data.toString('utf8', 0, end);
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
  return { name, version: `${version}-${release}`, architecture, installedSize };
};
