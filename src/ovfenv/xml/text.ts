/** From bytes to characters: byte order mark first, then the encoding declaration (XML 1.0 §4.3.3, appendix F). */

/** Byte order marks, and UTF-16 without one as `<?` shows it. */
const signatures: { bytes: number[]; encoding: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
  { bytes: [0x3c, 0x00, 0x3f, 0x00], encoding: 'utf-16le' },
  { bytes: [0x00, 0x3c, 0x00, 0x3f], encoding: 'utf-16be' },
];

/** Encodings a document may declare in ASCII-compatible bytes, and the decoder for each. */
const declared = new Map(
  Object.entries({
    'utf-8': 'utf-8',
    utf8: 'utf-8',
    'us-ascii': 'utf-8',
    'iso-8859-1': 'latin1',
    'windows-1252': 'windows-1252',
    'utf-16': 'utf-8', // could not have been read as ASCII were it true: a string of .NET, written out as UTF-8
  }),
);

/** XML 1.0 §2.2 production [2], negated. */
const notXml = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export type Decoded = { text: string } | { why: string };

/** The document's characters without byte order mark and with line ends as \n (XML 1.0 §2.11); else why they cannot be had. */
export const decodeText = (document: Buffer): Decoded => {
  const { encoding, decoder } = encodingOf(document);
  if (decoder === undefined) return { why: `its encoding ${JSON.stringify(encoding.slice(0, 40))} is not supported` };
  let text: string;
  try {
    text = new TextDecoder(decoder, { fatal: true }).decode(document);
  } catch {
    return { why: `its bytes are not ${encoding}` };
  }
  if (notXml.test(text)) return { why: 'it contains characters that XML does not allow' };
  return { text: text.replace(/\r\n?/g, '\n') };
};

const encodingOf = (document: Buffer): { encoding: string; decoder: string | undefined } => {
  const signature = signatures.find(({ bytes }) => bytes.every((byte, at) => document[at] === byte));
  if (signature !== undefined) return { encoding: signature.encoding, decoder: signature.encoding };
  const declaration = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']/.exec(document.toString('latin1', 0, 256));
  const encoding = declaration?.[1]?.toLowerCase() ?? 'utf-8';
  return { encoding, decoder: declared.get(encoding) };
};
