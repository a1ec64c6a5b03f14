/**
 * apk's own list, /lib/apk/db/installed: paragraphs of `X:value` lines (apk-tools, src/database.c, apk_db_fdb_read). No program is
 * needed to read it, so a folder can be judged as well.
 */
import type { Bytes, Guest } from '../../guest/guest.ts';
import type { Database, ListedDigest, ListedFile } from './database.ts';

const INSTALLED = '/lib/apk/db/installed';
/** An Alpine with a desktop has 15 MiB. */
const MAX_INSTALLED: Bytes = 64 * 1024 * 1024;

/** `Q1` and base64: 160 bits, `Q2`: 256. */
const digestOf = (value: string, isSha256: boolean): { algorithm: ListedDigest; digest: string } | null => {
  const [, kind, text = ''] = /^Q([12])([A-Za-z0-9+/]+=*)$/.exec(value) ?? [];
  const bytes = Buffer.from(text, 'base64');
  if (kind === '2') return bytes.length === 32 ? { algorithm: 'sha256', digest: bytes.toString('hex') } : null;
  if (kind !== '1' || bytes.length !== 20) return null;
  return { algorithm: isSha256 ? 'sha256-160' : 'sha1', digest: bytes.toString('hex') };
};

interface ApkPackage {
  name: string;
  /** Letters of `f:`: `f` files are missing, `s` a script failed, `x` attributes are missing, `S` digests are SHA-256's beginning. */
  flags: string;
  files: ListedFile[];
}

const packageOf = (paragraph: string): ApkPackage => {
  const lines = paragraph.split('\n');
  const field = (letter: string) => lines.find(line => line.startsWith(`${letter}:`))?.slice(2) ?? '';
  const [name, flags] = [field('P'), field('f')];
  const files: ListedFile[] = [];
  let [folder, file] = ['', ''];
  for (const line of lines) {
    const value = line.slice(2);
    if (line.startsWith('F:')) folder = value;
    else if (line.startsWith('R:')) file = value;
    else if (line.startsWith('Z:') && file !== '') {
      const path = `/${folder === '' ? '' : `${folder}/`}${file}`;
      const digest = digestOf(value, flags.includes('S'));
      if (digest !== null) files.push({ package: name, path, ...digest });
    }
  }
  return { name, flags, files };
};

/** Any text is read. */
export const parseInstalled = (text: string): ApkPackage[] =>
  text
    .split(/\n{2,}/)
    .filter(paragraph => paragraph.trim() !== '')
    .map(packageOf);

const installed = async (guest: Guest): Promise<ApkPackage[]> =>
  parseInstalled((await guest.read(INSTALLED, MAX_INSTALLED))?.toString('utf8') ?? '');

export const apk: Database = {
  known: [INSTALLED],

  files: async guest =>
    (await installed(guest)).filter(({ name }) => name.startsWith('linux-')).flatMap(({ files }) => files),

  async unfinished(guest) {
    if ((await guest.stat(`${INSTALLED}.new`)) !== null)
      return { subject: `${INSTALLED}.new`, what: 'it is not in place yet' };
    const broken = (await installed(guest)).find(({ flags }) => /[fs]/.test(flags));
    return broken ? { subject: broken.name, what: `its files or scripts are not complete (f:${broken.flags})` } : null;
  },
};
