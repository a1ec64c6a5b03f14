/**
 * Bounded reads. They are synchronous system calls inside async functions: the files are in sysfs, procfs or the page cache,
 * and a boot reads hundreds of them; a trip through libuv's thread pool for each costs more than the read itself.
 * Devices, which can hang, go through block.ts instead.
 */
import {
  closeSync,
  constants,
  fstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { EnlightenError, errno, saying } from '../errors.ts';
import { openBlock } from './block.ts';
import { openChannel } from './channel.ts';
import type { BlockReader, Bytes, Channel, Guest, Path, Stat } from './guest.ts';
import { followed, inside } from './inside.ts';

const MIB = 1024 * 1024;

/** "It is not there": the file, a folder above it, or the device behind it. */
const ABSENT = ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ELOOP'];

/** O_NONBLOCK: opening a FIFO somebody left where a file is expected must not hang a boot. */
const open = (host: string): number => openSync(host, constants.O_RDONLY | constants.O_NONBLOCK);

/** Far above any folder of a real machine; the limit is for those somebody filled, each entry of which costs memory and time. */
const MAX_NAMES = 65_536;

/** The names in a folder, read piece by piece so that a limit can hold. */
const namesIn = (host: string, max: number): string[] => {
  const folder = opendirSync(host, { bufferSize: 1024 });
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry !== null && names.length < max; entry = folder.readSync()) {
      names.push(entry.name);
    }
    return names.sort();
  } finally {
    folder.closeSync();
  }
};

/** Reads until end of file, or until `max` bytes have arrived; files of procfs and sysfs do not tell their size. */
const readUpTo = (host: string, max: Bytes): Buffer => {
  const fd = open(host);
  try {
    const chunks: Buffer[] = [];
    const size = fstatSync(fd).size;
    let room = max;
    while (room > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(room, Math.max(size, 4096), MIB));
      const got = readSync(fd, chunk, 0, chunk.length, null);
      if (got === 0) break;
      chunks.push(chunk.subarray(0, got));
      room -= got;
    }
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  } finally {
    closeSync(fd);
  }
};

const kindOf = (stat: Stats): Stat['kind'] => {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'folder';
  if (stat.isBlockDevice()) return 'block';
  return stat.isCharacterDevice() ? 'char' : 'other';
};

/** `8:1` as the kernel prints it; the split of dev_t is glibc's gnu_dev_major(3). */
const majorMinor = (dev: number): string => {
  const big = BigInt(dev);
  const major = ((big >> 8n) & 0xfffn) | ((big >> 32n) & 0xfffff000n);
  const minor = (big & 0xffn) | ((big >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
};

export type Reading = Pick<
  Guest,
  'read' | 'text' | 'list' | 'stat' | 'link' | 'resolve' | 'block' | 'channel' | 'free'
>;

/** The reading half of a guest rooted at `root`. */
export const readingAt = (root: string): Reading => {
  /** Runs a system call on the path; null when the path is absent. */
  const at = <T>(path: Path, call: (host: string) => T, last = true): T | null => {
    const host = inside(root, path, last);
    if (host === null) return null;
    try {
      return call(host);
    } catch (error) {
      if (ABSENT.includes(errno(error))) return null;
      throw error;
    }
  };

  const silently = <T>(otherwise: T, call: () => T | null): T => {
    try {
      return call() ?? otherwise;
    } catch {
      return otherwise;
    }
  };

  return {
    async read(path, max = MIB) {
      let content: Buffer | null;
      try {
        content = at(path, host => readUpTo(host, max + 1));
      } catch (error) {
        throw new EnlightenError('unreadable', { tried: 'read', on: path, happened: saying(error), cause: error });
      }
      if (content !== null && content.length > max) {
        throw new EnlightenError('too-large', { tried: 'read', on: path, happened: `it is larger than ${max} bytes` });
      }
      return content;
    },

    async text(path, max = 4096) {
      return silently(
        null,
        () =>
          at(path, host => readUpTo(host, max))
            ?.toString('utf8')
            .trim() ?? null,
      );
    },

    async list(path, max = MAX_NAMES) {
      return silently([], () => at(path, host => namesIn(host, max)));
    },

    async stat(path) {
      const stat = silently(null, () => at(path, host => statSync(host)));
      if (stat === null) return null;
      const kind = kindOf(stat);
      const device = majorMinor(kind === 'block' || kind === 'char' ? stat.rdev : stat.dev);
      const { size, mtimeMs, uid: owner, gid: group, ino: inode, blocks } = stat;
      return { kind, size, mode: stat.mode & 0o7777, owner, group, mtimeMs, device, inode, blocks };
    },

    async link(path) {
      return silently(null, () => at(path, host => readlinkSync(host), false));
    },

    async resolve(path) {
      const real = silently(null, () => followed(root === '/' ? '' : root, path));
      return real !== null && (await this.stat(real)) !== null ? real : null;
    },

    async block(path): Promise<BlockReader | null> {
      const host = inside(root, path);
      return host === null ? null : openBlock(host, path);
    },

    async channel(path): Promise<Channel | null> {
      const host = inside(root, path);
      return host === null ? null : openChannel(host, path);
    },

    async free(path) {
      return silently(null, () =>
        at(path, host => {
          const { bavail, bsize } = statfsSync(host);
          return bavail * bsize;
        }),
      );
    },
  };
};
