/** Devices and image files, read at offsets through libuv's thread pool, each read with a time limit: a drive may hang. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EnlightenError, errno, saying } from '../errors.ts';
import type { BlockReader, Path } from './guest.ts';

/** A sound drive answers in milliseconds; one that spins up in a second. */
const READ_TIMEOUT_MS = 2000;

const within = async <T>(work: Promise<T>, path: Path): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${READ_TIMEOUT_MS} ms`)), READ_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw new EnlightenError('unreadable', { tried: 'read', on: path, happened: saying(error), cause: error });
  } finally {
    clearTimeout(timer);
  }
};

/**
 * O_NONBLOCK: without it, opening a drive closes its tray (Documentation/cdrom/cdrom-standard.rst), and we only look. So
 * an empty tray opens, too.
 * @returns null when it is absent or cannot be opened.
 */
export const openBlock = async (host: string, path: Path): Promise<BlockReader | null> => {
  let handle: FileHandle;
  try {
    handle = await within(open(host, constants.O_RDONLY | constants.O_NONBLOCK), path);
  } catch {
    return null;
  }
  let hangs = false;
  return {
    async read(offset, length) {
      const buffer = Buffer.alloc(length);
      try {
        const { bytesRead } = await within(handle.read(buffer, 0, length, offset), path);
        return buffer.subarray(0, bytesRead);
      } catch (error) {
        hangs = error instanceof EnlightenError && errno(error.cause) === '';
        throw error;
      }
    },
    async close() {
      // close() waits for a read that is under way; one that hangs is left to the end of the process.
      if (!hangs) await handle.close();
    },
  };
};
