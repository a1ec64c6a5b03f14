/** What a .deb says of itself (deb(5)): an ar archive whose second member is a tar with the control file. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { BlockReader, Bytes, Guest, Path } from '../guest/guest.ts';
import type { Metadata } from './package.ts';
import { parseStanza } from './stanza.ts';
import { fileInTar } from './tar.ts';

const MAGIC = '!<arch>\n';
const HEADER: Bytes = 60;
/** Control members hold maintainer scripts and digests: 150 KiB for a kernel. */
const MAX_CONTROL: Bytes = 4 * 1024 * 1024;
const MAX_TAR: Bytes = 32 * 1024 * 1024;

/** By the member's name. No xz in Node: there dpkg's own program is asked. */
const unpackers: Record<string, (packed: Buffer) => Buffer> = {
  'control.tar': packed => packed,
  'control.tar.gz': packed => gunzipSync(packed, { maxOutputLength: MAX_TAR }),
  'control.tar.zst': packed => zstdDecompressSync(packed, { maxOutputLength: MAX_TAR }),
};

interface Member {
  name: string;
  content: Buffer;
}

/** The control member, among the first three; null when this is no .deb. */
const controlMember = async (reader: BlockReader): Promise<Member | null> => {
  if ((await reader.read(0, MAGIC.length)).toString('latin1') !== MAGIC) return null;
  for (let at = MAGIC.length, members = 0; members < 3; members += 1) {
    const header = (await reader.read(at, HEADER)).toString('latin1');
    const name = header.slice(0, 16).trim().replace(/\/$/, '');
    const size = /^\d+$/.test(header.slice(48, 58).trim()) ? Number(header.slice(48, 58)) : null;
    if (size === null || header.slice(58) !== '`\n') return null;
    if (name.startsWith('control.tar')) {
      const content = size > MAX_CONTROL ? null : await reader.read(at + HEADER, size);
      return content?.length === size ? { name, content } : null;
    }
    at += HEADER + size + (size % 2);
  }
  return null;
};

const unpacked = ({ name, content }: Member): string | null => {
  const unpack = Object.hasOwn(unpackers, name) ? unpackers[name] : undefined;
  try {
    return (unpack && fileInTar(unpack(content), 'control')?.toString('utf8')) ?? null;
  } catch {
    return null; // damaged, or larger than any control file
  }
};

/** `libc6 (>= 2.36), dpkg (>= 1.19.3) | awk:any`: the names alone (Debian Policy 7.1). */
const namesIn = (relation = ''): string[] =>
  relation
    .split(/[,|]/)
    .map(one => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(one)?.[1] ?? '')
    .filter(name => name !== '');

/** @returns null where what identifies a package is missing. */
export const metadataOf = (control: string): Metadata | null => {
  const fields = parseStanza(control);
  const [name, version, architecture] = ['package', 'version', 'architecture'].map(field => fields.get(field));
  if (!name || !version || !architecture) return null;
  const kib = fields.get('installed-size') ?? '';
  const needs = [...namesIn(fields.get('pre-depends')), ...namesIn(fields.get('depends'))];
  const provides = [name, ...namesIn(fields.get('provides'))];
  const installedSize = /^\d{1,10}$/.test(kib) ? Number(kib) * 1024 : null;
  return { name, version, architecture, installedSize, needs, provides };
};

export const readDeb = async (guest: Guest, path: Path, reader: BlockReader): Promise<Metadata | null> => {
  const member = await controlMember(reader);
  if (member === null) return null;
  const text = unpacked(member) ?? (await guest.query('deb-fields', [path]))?.stdout ?? '';
  return metadataOf(text);
};
