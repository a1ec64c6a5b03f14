/**
 * Reads an initramfs as the kernel does (init/initramfs.c, unpack_to_rootfs): parts one after another, each a cpio archive,
 * plain (early microcode) or compressed, with zeros between them. Nothing is unpacked: names are listed, modules digested.
 */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { EnlightenError, saying } from '../../errors.ts';
import type { BlockReader, Guest, Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import { type Blocked, isBlocked } from '../blocked.ts';
import { digestOf } from '../digest.ts';
import { ByteSource, damaged } from './bytes.ts';
import { type Compression, compressionOf } from './compression.ts';
import { isArchive, type Receiver, walkArchive } from './cpio.ts';

interface InitramfsModule {
  /** The kernel it is for: `6.1.0-50-cloud-amd64`. */
  release: string;
  /** Relative to that release's modules folder: `kernel/fs/ext4/ext4.ko`. */
  path: Path;
  /** MD5 of the content, in hexadecimal: compared with dpkg's lists, which know no other. */
  md5: string;
}

export interface Initramfs {
  /** All entries, without leading slash. */
  names: Set<string>;
  modules: InitramfsModule[];
  /** SHA-256 of the whole file, in hexadecimal. */
  digest: string;
}

/** Debian's generic kernel, MODULES=most: 35 MiB, unpacked 130 MiB, 3,300 entries. */
const MAX_UNPACKED = 512 * 1024 * 1024;
const MAX_ENTRIES = 200_000;
const BLOCK = 256 * 1024;

const MODULE = /^(?:usr\/)?lib\/modules\/([^/]+)\/(.+\.ko(?:\.(?:xz|zst|gz))?)$/;
const REGULAR = 0o100000;
const FILE_TYPE = 0o170000;

/** Ends a reading early, with its Notice. */
class Stopped extends Error {
  readonly notice: Blocked;
  constructor(notice: Blocked) {
    super(notice.blocked.happened);
    this.notice = notice;
  }
}

interface Limits {
  path: Path;
  late: () => boolean;
  /** Bytes of archives that may still come. */
  room: number;
}

/** Chunks of the file from an offset on. */
const fileFrom = async function* (file: BlockReader, offset: number): AsyncGenerator<Buffer> {
  for (let at = offset; ; ) {
    const chunk = await file.read(at, BLOCK);
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
};

/** The same chunks, as long as there are not too many and there is time. */
const limited = async function* (chunks: AsyncIterable<Buffer>, limits: Limits): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (limits.late()) throw new Stopped({ blocked: kernelNotice('proof-out-of-time', limits.path, 'initramfs') });
    limits.room -= chunk.length;
    if (limits.room < 0) {
      const cap = `more than ${MAX_UNPACKED / 1024 / 1024} MiB unpacked`;
      throw new Stopped({ blocked: kernelNotice('initramfs-too-large', limits.path, cap) });
    }
    yield chunk;
  }
};

/** Archives up to the end of the source, or up to something else, which is left there. */
const walkArchives = async (source: ByteSource, visit: Receiver): Promise<void> => {
  for (;;) {
    await source.passZeros();
    if (!isArchive(await source.peek(6))) return;
    if (source.position % 4 !== 0) throw damaged('a cpio archive does not begin at a multiple of four bytes');
    await walkArchive(source, visit);
  }
};

/** @returns how many bytes of the file the compressed part has. */
const walkCompressed = async (
  chunks: AsyncIterable<Buffer>,
  compression: Compression,
  limits: Limits,
  visit: Receiver,
): Promise<number> => {
  if (compression.decompressor === null) {
    throw new Stopped({ blocked: kernelNotice('initramfs-compression', limits.path, compression.name) });
  }
  const decompressor = compression.decompressor();
  pipeline(Readable.from(chunks), decompressor, () => {});
  const source = new ByteSource(limited(decompressor, limits));
  try {
    await walkArchives(source, visit);
    if ((await source.peek(1)).length > 0) throw damaged('something other than a cpio archive is compressed in it');
  } finally {
    decompressor.destroy();
  }
  return decompressor.bytesWritten;
};

/** Walks every part of the file. */
const walkParts = async (file: BlockReader, limits: Limits, visit: Receiver): Promise<void> => {
  for (let offset = 0; ; ) {
    const plain = new ByteSource(limited(fileFrom(file, offset), limits), offset);
    await walkArchives(plain, visit);
    offset = plain.position;
    const start = await plain.peek(6);
    await plain.close();
    if (start.length === 0) return;
    const compression = compressionOf(start);
    if (compression === null) throw damaged(`at byte ${offset} begins neither a cpio archive nor a known compression`);
    offset += await walkCompressed(fileFrom(file, offset), compression, limits, visit);
  }
};

/** Notes names and digests modules. */
const noting = (into: Pick<Initramfs, 'names'>, modules: Map<string, InitramfsModule>): Receiver => {
  let entries = 0;
  return ({ name, mode }) => {
    entries += 1;
    if (entries > MAX_ENTRIES) throw damaged(`it has more than ${MAX_ENTRIES} entries`);
    into.names.add(name);
    const [, release, path] = MODULE.exec(name) ?? [];
    if (release === undefined || path === undefined || (mode & FILE_TYPE) !== REGULAR) return null;
    const hash = createHash('md5');
    return {
      piece: bytes => hash.update(bytes),
      end: () => modules.set(name, { release, path, md5: hash.digest('hex') }),
    };
  };
};

/**
 * @param late true once there is no more time; asked for every chunk
 * @returns a Notice when the file is absent, damaged, too large, or compressed in a way Node cannot read
 */
export const readInitramfs = async (guest: Guest, path: Path, late: () => boolean): Promise<Initramfs | Blocked> => {
  const read = await guest.recall('initramfs', path, () => walked(guest, path, late));
  return isBlocked(read) ? read : { ...read, names: new Set(read.names) };
};

/** The walk's result as plain data. */
type Walked = Omit<Initramfs, 'names'> & { names: string[] };

const walked = async (guest: Guest, path: Path, late: () => boolean): Promise<Walked | Blocked> => {
  const file = await guest.block(path);
  if (file === null) return { blocked: kernelNotice('initramfs-missing', path) };
  const [names, modules] = [new Set<string>(), new Map<string, InitramfsModule>()];
  try {
    await walkParts(file, { path, late, room: MAX_UNPACKED }, noting({ names }, modules));
    if (names.size === 0) throw damaged('it is empty');
    const digest = await digestOf(guest, path, 'sha256');
    if (digest === null) return { blocked: kernelNotice('initramfs-missing', path) };
    return { names: [...names], modules: [...modules.values()], digest };
  } catch (error) {
    if (error instanceof Stopped) return error.notice;
    const why = error instanceof EnlightenError ? error.message.replace('cannot read initramfs: ', '') : saying(error);
    return { blocked: kernelNotice('initramfs-damaged', path, why) };
  } finally {
    await file.close();
  }
};
