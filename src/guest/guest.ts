/**
 * The only door to the machine. Everything that looks at or changes the guest goes through one of these two interfaces,
 * so that every behaviour can be run against a folder that mirrors the real file system (`--root DIR`).
 */

import type { ReadOnlyTool, Tool } from './tools.ts';

/** An absolute path as the guest sees it: `/proc/cmdline`. A folder guest puts its root in front. */
export type Path = string;
export type Bytes = number;

export interface Clock {
  /** Now, for people: RFC 3339. Never used to order events (facts: clocks jump in a guest); order is by sequence number and boot_id. */
  now(): string;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
}

/** What a finished program left behind. A program that cannot be started, is killed or takes too long throws instead. */
export interface Ran {
  exitCode: number;
  /** UTF-8; of a tool whose row in tools.ts says `bytes`, one character for each byte (`latin1`). */
  stdout: string;
  stderr: string;
}

export interface Stat {
  kind: 'file' | 'folder' | 'block' | 'char' | 'other';
  size: Bytes;
  /** Permission bits, `0o600`. */
  mode: number;
  /** User id. */
  owner: number;
  /** Group id. */
  group: number;
  /** Milliseconds since 1970, with fractions. */
  mtimeMs: number;
  /** `8:1` of a block or character device; of the file system it lies on for everything else. */
  device: string;
  inode: number;
  /** Blocks of 512 bytes really allocated: 0 for a file that is sparse or kept inside its inode. */
  blocks: number;
}

/** User and group ids. */
export interface Owner {
  uid: number;
  gid: number;
}

/** A block device or an image file, read at offsets. */
export interface BlockReader {
  /**
   * Up to `length` bytes at `offset`; shorter at the end of the medium.
   * Throws EnlightenError `unreadable` on an I/O error (an empty tray) or after two seconds (a drive that hangs).
   */
  read(offset: Bytes, length: Bytes): Promise<Buffer>;
  close(): Promise<void>;
}

/** A character device that answers what is written to it: the door to a daemon of the hypervisor. */
export interface Channel {
  /** One write(2). Throws EnlightenError `unreadable` when it is not taken whole within a second. */
  write(request: Buffer): Promise<void>;
  /** Exactly `length` bytes. Throws EnlightenError `unreadable` when they have not arrived within a second. */
  read(length: Bytes): Promise<Buffer>;
  close(): Promise<void>;
}

/** See {@link Guest.recall}. */
export type Recallable =
  | 'template'
  | 'fitness'
  | 'md5'
  | 'sha1'
  | 'sha256'
  | 'initramfs'
  | 'addresses'
  | 'environment-source'
  | 'boot-once';

export interface Guest {
  readonly root: string;
  /** True on the running machine; false on a folder, where no program is ever run. */
  readonly live: boolean;
  readonly clock: Clock;

  /**
   * The whole file; null when it is absent. At most `max` bytes (default 1 MiB), else EnlightenError `too-large`;
   * `unreadable` when it exists and cannot be read.
   */
  read(path: Path, max?: Bytes): Promise<Buffer | null>;
  /** The first `max` bytes (default 4 KiB) as UTF-8 without surrounding white space; null when absent or unreadable. For sysfs and procfs. */
  text(path: Path, max?: Bytes): Promise<string | null>;
  /**
   * Names in a folder, sorted; empty when it is absent or unreadable. At most `max` (default 65,536), whichever the file system
   * gives first.
   */
  list(path: Path, max?: number): Promise<string[]>;
  /** Follows links; null when absent. */
  stat(path: Path): Promise<Stat | null>;
  /** Where a symbolic link points, as written; null when it is not one. */
  link(path: Path): Promise<string | null>;
  /** The path with every link followed, as the guest sees it; null when absent or a loop. */
  resolve(path: Path): Promise<Path | null>;
  /** The device (or image file) opened for reading; null when absent or when it cannot be opened. An empty tray opens. */
  block(path: Path): Promise<BlockReader | null>;
  /** The character device opened for asking it questions; null when there is none or it cannot be opened. */
  channel(path: Path): Promise<Channel | null>;
  /** Free space for root's use on the file system of `path`; null when unknown. */
  free(path: Path): Promise<Bytes | null>;
  /** Runs a read-only program of the table in tools.ts; null when it is not installed or this guest is a folder without a recording. */
  query(tool: ReadOnlyTool, args: readonly string[]): Promise<Ran | null>;
  /**
   * What `compute` makes of one file's whole content, for files too large or too private to be carried elsewhere: kernels, modules,
   * initramfs; or of what a folder holds, where that is private or no file tells it: addresses, environment documents. A folder whose recording knows the answer gives that one instead. The answer is plain JSON data.
   */
  recall<T>(what: Recallable, path: Path, compute: () => Promise<T>): Promise<T>;
}

export interface WritableGuest extends Guest {
  /**
   * Atomic: temp file in the same folder, fsync, rename, fsync of the folder. Creates missing folders. Previous bytes stay on any failure.
   * Mode and owner are the new file's before its content is; without an owner it is the process's.
   */
  replace(path: Path, content: Buffer | string, mode?: number, owner?: Owner): Promise<void>;
  /** Appends and fsyncs; one write(2). For journals. */
  append(path: Path, line: string, mode?: number): Promise<void>;
  /** One write(2) to an existing file, never creating it: /proc and /sys. */
  set(path: Path, value: string): Promise<void>;
  /**
   * Rewrites an existing file in place: pwrite and fsync, blocks stay where they are. All of it, with exactly as many bytes as it has; or
   * from the offset `at`, within what it has. For what a boot loader reads without replaying the file system's journal.
   */
  overwrite(path: Path, content: Buffer, at?: Bytes): Promise<void>;
  /** Removes a file; absence is fine. The folder is fsynced. */
  remove(path: Path): Promise<void>;
  /** Creates a file that must not exist yet, by one write(2); false when it does. For locks, and variables of the firmware. */
  create(path: Path, content: string | Buffer): Promise<boolean>;
  /** Writes a line to the console for the person in front of it; never fails, does nothing on a folder. */
  say(line: string): Promise<void>;
  /** Runs a program of the table in tools.ts. On a folder: EnlightenError `not-here`. */
  run(tool: Tool, args: readonly string[]): Promise<Ran>;
}
