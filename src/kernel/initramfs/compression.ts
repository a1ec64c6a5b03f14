import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

/** A compression the kernel knows (lib/decompress.c); `decompressor` null where Node has none. */
export interface Compression {
  name: string;
  magic: Buffer;
  /** A new stream; its `bytesWritten` tells afterwards how much it consumed. */
  decompressor: (() => Transform & { bytesWritten: number }) | null;
}

/** Larger than zlib's 16 KiB: fewer turns of the event loop. */
const options = { chunkSize: 256 * 1024 };

const compressions: Compression[] = [
  { name: 'gzip', magic: Buffer.from('1f8b', 'hex'), decompressor: () => createGunzip(options) },
  { name: 'zstd', magic: Buffer.from('28b52ffd', 'hex'), decompressor: () => createZstdDecompress(options) },
  { name: 'xz', magic: Buffer.from('fd377a585a00', 'hex'), decompressor: null },
  { name: 'lz4', magic: Buffer.from('02214c18', 'hex'), decompressor: null },
  { name: 'bzip2', magic: Buffer.from('425a68', 'hex'), decompressor: null },
  { name: 'lzma', magic: Buffer.from('5d000000', 'hex'), decompressor: null },
  { name: 'lzop', magic: Buffer.from('894c5a4f', 'hex'), decompressor: null },
];

/** @returns null when the bytes begin no compression the kernel knows. */
export const compressionOf = (start: Buffer): Compression | null =>
  compressions.find(({ magic }) => start.subarray(0, magic.length).equals(magic)) ?? null;
