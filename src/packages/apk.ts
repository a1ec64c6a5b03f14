/** What an .apk says of itself: version 2, gzip streams one after the other, the signature's and then that of .PKGINFO (apk-package(5)). */
import { constants, gunzipSync } from 'node:zlib';
import type { BlockReader, Bytes } from '../guest/guest.ts';
import type { Metadata } from './package.ts';
import { fileInTar } from './tar.ts';

const START: Bytes = 64 * 1024;
const MAX_UNPACKED: Bytes = 16 * 1024 * 1024;

const field = (info: string, name: string): string => new RegExp(`^${name} = (.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';

/** `depend = so:libc.musl-x86_64.so.1`, `provides = so:libglib-2.0.so.0=0.7600.3`: without the versions, and without what must not be there. */
const names = (info: string, name: string): string[] =>
  [...info.matchAll(new RegExp(`^${name} = (.*)$`, 'gm'))]
    .map(([, value = '']) => /^[^!<>=~\s][^<>=~\s]*/.exec(value.trim())?.[0] ?? '')
    .filter(one => one !== '');

/** The beginning of a file that goes on: what is there is unpacked. */
const start = (packed: Buffer): Buffer | null => {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_UNPACKED });
  } catch {
    return null;
  }
};

export const readApk = async (reader: BlockReader): Promise<Metadata | null> => {
  const unpacked = start(await reader.read(0, START));
  const info = (unpacked && fileInTar(unpacked, '.PKGINFO')?.toString('utf8')) ?? '';
  const [name, version, architecture] = ['pkgname', 'pkgver', 'arch'].map(key => field(info, key));
  if (!name || !version || !architecture) return null;
  const size = field(info, 'size');
  const installedSize = /^\d{1,15}$/.test(size) ? Number(size) : null;
  const provides = [name, ...names(info, 'provides')];
  return { name, version, architecture, installedSize, needs: names(info, 'depend'), provides };
};
