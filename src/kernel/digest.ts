import { createHash } from 'node:crypto';
import type { Guest, Path } from '../guest/guest.ts';

/** Up to here a file is read at once; larger ones, kernel and initramfs, in blocks. */
const AT_ONCE = 1024 * 1024;
const BLOCK = 256 * 1024;

export type Algorithm = 'md5' | 'sha1' | 'sha256';

/**
 * The digest of a file's content, in hexadecimal, in bounded memory; null when the file is absent.
 * Throws EnlightenError `unreadable`.
 */
export const digestOf = (guest: Guest, path: Path, algorithm: Algorithm): Promise<string | null> =>
  guest.recall(algorithm, path, () => digest(guest, path, algorithm));

const digest = async (guest: Guest, path: Path, algorithm: Algorithm): Promise<string | null> => {
  const stat = await guest.stat(path);
  if (stat === null || stat.kind !== 'file') return null;
  const hash = createHash(algorithm);
  if (stat.size <= AT_ONCE) {
    const content = await guest.read(path, AT_ONCE);
    return content === null ? null : hash.update(content).digest('hex');
  }
  const file = await guest.block(path);
  if (file === null) return null;
  try {
    for (let offset = 0; ; ) {
      const block = await file.read(offset, BLOCK);
      if (block.length === 0) return hash.digest('hex');
      hash.update(block);
      offset += block.length;
    }
  } finally {
    await file.close();
  }
};
