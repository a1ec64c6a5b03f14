/**
 * The environment document as OEM strings, the SMBIOS structure of type 11 (DSP0134 §7.12): our own format, for platforms
 * that let an operator set such strings and offer nothing better (QEMU `-smbios type=11`, libvirt `<oemStrings>`, KubeVirt,
 * Cloud Hypervisor, Xen's `smbios=["oem=…"]`). Both directions stand here, so that what is written is what is read.
 *
 *     org.dmtf.ovf.env:NUMBER/COUNT:DATA        e.g. org.dmtf.ovf.env:1/1:PD94bWwgdmVyc2lvbj0…
 *
 * - The prefix is a reverse domain name and a colon, the convention systemd began (`io.systemd.credential:`); strings
 *   with another prefix are somebody else's. It is the name the document has in fw_cfg, too: `opt/org.dmtf.ovf/env`.
 * - The document is cut into COUNT pieces, numbered from 1 in decimal. They may stand in any order and in several
 *   structures: one structure counts its strings in a byte, so it holds at most 255.
 * - DATA is Base64 (RFC 4648 §4) of the whole document, cut anywhere: no comma, quote, NUL or blank that a command line,
 *   a configuration file or SMBIOS itself could mistake. The pieces are put together first and decoded then.
 * - What is decoded is the document or, when it begins with 1f 8b (no XML document does), gzip of it (RFC 1952). The whole
 *   table of a 32-bit entry point is at most 64 KiB, which Base64 alone fills with 48 KB; XML shrinks to a tenth.
 *
 * By hand: `printf org.dmtf.ovf.env:1/1:; gzip -9 <ovf-env.xml | base64 -w0`.
 */
import { gzipSync } from 'node:zlib';
import type { Bytes } from '../../guest/guest.ts';
import { unpacked } from './packed.ts';

const prefix = 'org.dmtf.ovf.env:';
/** Xen hands each string over as one xenstore value, which ends at 4096 bytes: the least of the platforms' limits. */
const longestString = 4000;
/** Sixteen structures full of strings. */
const mostPieces = 4080;

/**
 * The strings that carry a document, in order, each an argument for `type=11,value=…` as it stands.
 * @param longest characters in one string
 */
export const smbiosStringsOf = (document: Buffer, longest = longestString): string[] => {
  const data = gzipSync(document, { level: 9 }).toString('base64');
  const room = longest - `${prefix}${mostPieces}/${mostPieces}:`.length;
  const count = Math.max(1, Math.ceil(data.length / room));
  return Array.from(
    { length: count },
    (_, at) => `${prefix}${at + 1}/${count}:${data.slice(at * room, (at + 1) * room)}`,
  );
};

/** `why` completes "the environment was ignored: …". */
export type InStrings =
  | { state: 'absent' }
  | { state: 'too-large' }
  | { state: 'damaged'; why: string }
  | { state: 'read'; document: Buffer };

/** The strings of one structure (DSP0134 §6.1.3): after its formatted part, each ended by a NUL, the last by two. */
export const oemStringsIn = (structure: Buffer): string[] => {
  const [type, formatted = 0] = structure;
  if (type !== 11 || formatted < 4) return [];
  const text = structure.toString('latin1', formatted);
  const end = text.indexOf('\0\0');
  return (end === -1 ? text : text.slice(0, end)).split('\0').filter(string => string !== '');
};

const damaged = (why: string): InStrings => ({ state: 'damaged', why });

/**
 * The document in the OEM strings of a machine, all structures together; strings of others are passed over.
 * @param max the longest document, unpacked
 */
export const documentInStrings = (strings: readonly string[], max: Bytes): InStrings => {
  const ours = strings.filter(string => string.startsWith(prefix)).map(string => string.slice(prefix.length).trim());
  if (ours.length === 0) return { state: 'absent' };
  const pieces = new Map<number, string>();
  let count: number | null = null;
  for (const string of ours) {
    const [, number, of, data] = /^([1-9]\d{0,3})\/([1-9]\d{0,3}):([A-Za-z0-9+/]*={0,2})$/.exec(string) ?? [];
    if (number === undefined || data === undefined) return damaged('one of its OEM strings is not NUMBER/COUNT:BASE64');
    const known = pieces.get(Number(number)) ?? data;
    if (known !== data || (count ?? Number(of)) !== Number(of)) return damaged('its OEM strings contradict each other');
    count = Number(of);
    pieces.set(Number(number), data);
  }
  return joined(pieces, count ?? 0, max);
};

const joined = (pieces: ReadonlyMap<number, string>, count: number, max: Bytes): InStrings => {
  if (count > mostPieces) return { state: 'too-large' };
  const data = Array.from({ length: count }, (_, at) => pieces.get(at + 1));
  const missing = data.indexOf(undefined);
  if (missing !== -1) return damaged(`OEM string ${missing + 1} of ${count} is missing`);
  if (pieces.size !== count) return damaged(`there are more OEM strings than ${count}`);
  const read = unpacked(Buffer.from(data.join(''), 'base64'), max);
  return read.state === 'damaged' ? damaged('its OEM strings are not sound gzip') : read;
};
