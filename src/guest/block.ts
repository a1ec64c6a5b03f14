/** Devices and image files, read at offsets through libuv's thread pool, each read with a time limit: a drive may hang. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { EnlightenError, errno } from '../errors.ts';
import type { BlockReader, Path } from './guest.ts';
import { within } from './within.ts';

/** A sound drive answers in milliseconds; one that spins up in a second. */
const READ_TIMEOUT_MS = 2000;

/** @returns null when it is absent or cannot be opened: an empty tray says ENOMEDIUM at open(2). */
export const openBlock = async (host: string, path: Path): Promise<BlockReader | null> => {
  let handle: FileHandle;
  try {
    handle = await within(READ_TIMEOUT_MS, open(host, constants.O_RDONLY | constants.O_NONBLOCK), 'open', path);
  } catch {
    return null;
  }
  let hangs = false;
  return {
    async read(offset, length) {
      const buffer = Buffer.alloc(length);
      try {
        const { bytesRead } = await within(READ_TIMEOUT_MS, handle.read(buffer, 0, length, offset), 'read', path);
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
