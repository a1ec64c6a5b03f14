/** One small file out of the beginning of a tar (POSIX ustar): a package's own description. */
import type { Bytes } from '../guest/guest.ts';

const BLOCK: Bytes = 512;
const MAX_ENTRIES = 64;

const octal = (field: Buffer): number => Number.parseInt(field.toString('latin1').replace(/[\0 ]+$/, ''), 8);

/** The content of the first file of that name, with or without `./`; null when it is not whole within these bytes. */
export const fileInTar = (tar: Buffer, name: string): Buffer | null => {
  for (let at = 0, entries = 0; at + BLOCK <= tar.length && entries < MAX_ENTRIES; entries += 1) {
    const header = tar.subarray(at, at + BLOCK);
    const size = octal(header.subarray(124, 136));
    if (!Number.isSafeInteger(size) || size < 0) return null;
    const written = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (written.replace(/^\.\//, '') === name) return content.length === size ? content : null;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return null;
};
