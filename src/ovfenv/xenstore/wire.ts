/**
 * The framing of xenstore's protocol (Xen, xen/include/public/io/xs_wire.h; docs/misc/xenstore.txt): a header of four
 * little-endian words — type, request, transaction, length — and at most 4096 bytes behind it.
 */
import type { Bytes } from '../../guest/guest.ts';

export const messageTypes = { directory: 1, read: 2, error: 16 } as const;
export const headerBytes: Bytes = 16;
const largestPayload: Bytes = 4096;

export interface Header {
  type: number;
  request: number;
  length: Bytes;
}

/** A request on one path, outside of any transaction. */
export const requestFor = (type: number, request: number, path: string): Buffer => {
  const payload = Buffer.from(`${path}\0`);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(request, 4);
  header.writeUInt32LE(payload.length, 12);
  return Buffer.concat([header, payload]);
};

/** The header of an answer; null when it announces more than the protocol allows. */
export const headerIn = (bytes: Buffer): Header | null => {
  const length = bytes.readUInt32LE(12);
  return length > largestPayload ? null : { type: bytes.readUInt32LE(0), request: bytes.readUInt32LE(4), length };
};

/** The names in the answer to `directory`: each ends with a NUL. */
export const namesIn = (payload: Buffer): string[] => payload.toString('utf8').split('\0').slice(0, -1);
