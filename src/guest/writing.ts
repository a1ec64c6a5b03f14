/**
 * The writes. Everything that must survive a power cut is on the disk when the promise resolves: the file is fsynced before the
 * rename and its folder after it (fsync(2): "an explicit fsync() on a file descriptor for the directory is also needed").
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EnlightenError, errno, saying } from '../errors.ts';
import type { Owner, Path, WritableGuest } from './guest.ts';
import { inside } from './inside.ts';

const withFile = <T>(host: string, flags: number, mode: number, use: (fd: number) => T): T => {
  const fd = openSync(host, flags, mode);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
};

const writeAll = (fd: number, content: Buffer, position: number | null): void => {
  let done = 0;
  while (done < content.length) {
    const at = position === null ? null : position + done;
    done += writeSync(fd, content, done, content.length - done, at);
  }
};

const syncFolder = (host: string): void =>
  withFile(host, constants.O_RDONLY | constants.O_DIRECTORY, 0, fd => fsyncSync(fd));

/** Creates missing folders so that they, too, survive: each new one is fsynced into its parent. */
const makeFolder = (host: string): void => {
  const first = mkdirSync(host, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  for (let folder = host; folder.length >= first.length; folder = dirname(folder)) syncFolder(dirname(folder));
};

const { O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW, O_TRUNC } = constants;

const replaceFile = (host: string, content: Buffer, mode: number, owner: Owner | undefined): void => {
  makeFolder(dirname(host));
  const fresh = `${host}.enlighten-new`;
  rmSync(fresh, { force: true });
  try {
    withFile(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o700, fd => {
      // Owner first: chown(2) takes mode bits away. The mode afterwards, whatever the umask.
      if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid);
      fchmodSync(fd, mode);
      writeAll(fd, content, null);
      fsyncSync(fd);
    });
    renameSync(fresh, host);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  syncFolder(dirname(host));
};

/**
 * One write(2) a line. A write that stops short (a full disk) is taken back, so that the next line does not join a torn one;
 * a line torn by a power cut is the reader's to skip.
 */
const appendLine = (host: string, line: Buffer, mode: number): void => {
  makeFolder(dirname(host));
  withFile(host, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, mode, fd => {
    const { size } = fstatSync(fd);
    try {
      writeAll(fd, line, null);
      fsyncSync(fd);
    } catch (error) {
      ftruncateSync(fd, size);
      throw error;
    }
    if (size === 0) syncFolder(dirname(host));
  });
};

const overwriteInPlace = (host: string, content: Buffer, at: number | undefined): void =>
  withFile(host, O_RDWR, 0, fd => {
    const { size } = fstatSync(fd);
    const end = (at ?? 0) + content.length;
    if (at === undefined ? end !== size : end > size) throw new Error(`it has ${size} bytes, not ${end}`);
    writeAll(fd, content, at ?? 0);
    fsyncSync(fd);
  });

/** O_TRUNC means nothing to procfs and sysfs (a shell's `>` sets it, too); on a folder's plain file it takes the old value away. */
const setOnce = (host: string, value: Buffer): void =>
  withFile(host, O_WRONLY | O_TRUNC, 0, fd => {
    const written = writeSync(fd, value);
    if (written !== value.length) throw new Error(`only ${written} of ${value.length} bytes were taken`);
  });

export type Writing = Pick<WritableGuest, 'replace' | 'append' | 'set' | 'overwrite' | 'remove' | 'create'>;

/** The writing half of a guest rooted at `root`. Every failure is EnlightenError `unwritable` with its cause. */
export const writingAt = (root: string): Writing => {
  /** @param last false: a link in the last place is itself what is written or removed, as rename(2) and unlink(2) do on the live machine. */
  const on = (tried: string, path: Path, act: (host: string) => void, last = false): void => {
    try {
      const host = inside(root, path, last);
      if (host === null) throw new Error('its links form a loop');
      act(host);
    } catch (error) {
      throw new EnlightenError('unwritable', { tried, on: path, happened: saying(error), cause: error });
    }
  };

  return {
    async replace(path, content, mode = 0o644, owner = undefined) {
      on('replace', path, host => replaceFile(host, Buffer.from(content), mode, owner));
    },
    async append(path, line, mode = 0o600) {
      on('append to', path, host => appendLine(host, Buffer.from(`${line}\n`), mode));
    },
    async set(path, value) {
      on('set', path, host => setOnce(host, Buffer.from(value)), true);
    },
    async overwrite(path, content, at = undefined) {
      on('overwrite', path, host => overwriteInPlace(host, content, at), true);
    },
    async remove(path) {
      on('remove', path, host => {
        try {
          rmSync(host);
        } catch (error) {
          if (errno(error) === 'ENOENT') return;
          throw error;
        }
        syncFolder(dirname(host));
      });
    },
    async create(path, content) {
      let created = true;
      on('create', path, host => {
        makeFolder(dirname(host));
        try {
          withFile(host, O_WRONLY | O_CREAT | O_EXCL, 0o600, fd => writeAll(fd, Buffer.from(content), null));
        } catch (error) {
          if (errno(error) !== 'EEXIST') throw error;
          created = false;
        }
      });
      return created;
    },
  };
};
