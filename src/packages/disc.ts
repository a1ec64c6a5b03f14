/**
 * Packages beside the environment on its disc: `/ovffiles/SHA256SUMS` (or `/ovffiles/packages/SHA256SUMS`) lists them, and the setting
 * `packages.sha256` is the digest of that list. So who delivers the environment vouches for every byte, and a disc alone is nothing.
 */
import { createHash, hash } from 'node:crypto';
import { saying } from '../errors.ts';
import type { BlockReader, Bytes, Path, WritableGuest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { packageNotice } from '../notices/packages.ts';
import { type Companion, companionFiles } from '../ovfenv/iso9660/companions.ts';
import { readVolume } from '../ovfenv/iso9660/volume.ts';
import { largestCompanion } from '../ovfenv/limits.ts';
import { CACHE, SUMS } from './cache.ts';
import { parseSums } from './sums.ts';

const MAX_SUMS: Bytes = 64 * 1024;
const BLOCK: Bytes = 1024 * 1024;

const fileName = (path: Path): string => path.slice(path.lastIndexOf('/') + 1);

const contentOf = async (reader: BlockReader, { path, entry }: Companion, max: Bytes): Promise<Buffer> => {
  if (!entry.contiguous || entry.length > max) throw new Error(`${path} is larger than ${max} bytes, or in pieces`);
  const content = Buffer.alloc(entry.length);
  for (let at = 0; at < entry.length; at += BLOCK) {
    const block = await reader.read(entry.offset + at, Math.min(BLOCK, entry.length - at));
    if (block.length === 0) throw new Error(`the disc ends within ${path}`);
    block.copy(content, at);
  }
  return content;
};

const checked = (content: Buffer, digest: string, path: Path): Buffer => {
  const found = createHash('sha256').update(content).digest('hex');
  if (found === digest) return content;
  throw new Error(`${path} has the digest ${found}, not ${digest}`);
};

const copyAll = async (guest: WritableGuest, reader: BlockReader, sha256: string): Promise<void> => {
  const volume = await readVolume(reader);
  const files = volume === null ? [] : await companionFiles(reader, volume);
  const sums = files.find(({ path }) => fileName(path) === SUMS);
  if (!sums) throw new Error(`there is no ${SUMS}`);
  const list = await contentOf(reader, sums, MAX_SUMS);
  if (hash('sha256', list, 'hex') !== sha256) throw new Error(`${sums.path} is not the list that was announced`);
  for (const [name, digest] of parseSums(list.toString('latin1'))) {
    const file = files.find(({ path }) => path === sums.path.replace(SUMS, name));
    if (!file) throw new Error(`${name} is not there`);
    await guest.replace(
      `${CACHE}/${name}`,
      checked(await contentOf(reader, file, largestCompanion), digest, file.path),
    );
  }
  // Last: with it the import is done.
  await guest.replace(`${CACHE}/${SUMS}`, list);
};

/**
 * Copies what is listed to the offline cache, or says why not; whole files only.
 * @param source of the environment: `/dev/sr0:/ovf-env.xml`
 */
export const importPackages = async (guest: WritableGuest, source: string, sha256: string): Promise<Notice | null> => {
  const device = source.slice(0, source.indexOf(':'));
  const reader = await guest.block(device);
  if (reader === null) return packageNotice('packages-disc', device, 'it cannot be opened');
  try {
    await copyAll(guest, reader, sha256);
    return null;
  } catch (error) {
    return packageNotice('packages-disc', device, saying(error));
  } finally {
    await reader.close();
  }
};
