/**
 * Character devices that answer what is written to them. They are opened with O_NONBLOCK and asked again until the answer
 * is there or the time is over, so that no thread is ever left waiting inside a device that says nothing.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { EnlightenError, errno } from '../errors.ts';
import type { Bytes, Channel, Path } from './guest.ts';
import { within } from './within.ts';

/** The other side is a daemon on the same machine: it answers in well under a millisecond. */
const ANSWER_WITHIN_MS = 1000;
/** Between two looks for an answer. */
const PAUSE_MS = 1;

/** @returns null when it is absent, cannot be opened, or is no character device. */
export const openChannel = async (host: string, path: Path): Promise<Channel | null> => {
  let handle: FileHandle;
  try {
    const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY;
    handle = await within(ANSWER_WITHIN_MS, open(host, flags), 'open', path);
  } catch {
    return null;
  }
  // A plain file has no answers, and what is written to it stays: a folder that mirrors a machine is never changed.
  if (!(await handle.stat()).isCharacterDevice()) {
    await handle.close();
    return null;
  }
  let silent = false;

  const readExactly = async (length: Bytes): Promise<Buffer> => {
    const answer = Buffer.alloc(length);
    let arrived = 0;
    while (arrived < length && !silent) {
      try {
        const { bytesRead } = await handle.read(answer, arrived, length - arrived, null);
        if (bytesRead === 0) throw new Error('it ended in the middle of an answer');
        arrived += bytesRead;
      } catch (error) {
        if (errno(error) !== 'EAGAIN') throw error;
        await wait(PAUSE_MS);
      }
    }
    return answer;
  };

  /** After a failure nothing more is asked, and a descriptor that may be stuck is left to the end of the process. */
  const bounded = async <T>(work: () => Promise<T>, tried: string): Promise<T> => {
    try {
      return await within(ANSWER_WITHIN_MS, work(), tried, path);
    } catch (error) {
      silent = true;
      throw error;
    }
  };

  return {
    async write(request) {
      const { bytesWritten } = await bounded(() => handle.write(request), 'write to');
      if (bytesWritten === request.length) return;
      const happened = `it took ${bytesWritten} of ${request.length} bytes`;
      throw new EnlightenError('unreadable', { tried: 'write to', on: path, happened });
    },
    read: length => bounded(() => readExactly(length), 'read'),
    async close() {
      if (!silent) await handle.close();
    },
  };
};
