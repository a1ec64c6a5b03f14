/** A document in a format of our own may be packed: what begins as gzip (RFC 1952; no XML document does) is unpacked, bounded. */
import { gunzipSync } from 'node:zlib';
import { errno } from '../../errors.ts';
import type { Bytes } from '../../guest/guest.ts';

export type Unpacked = { state: 'read'; document: Buffer } | { state: 'too-large' } | { state: 'damaged' };

/** @param max the longest document, unpacked */
export const unpacked = (bytes: Buffer, max: Bytes): Unpacked => {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    return bytes.length > max ? { state: 'too-large' } : { state: 'read', document: bytes };
  try {
    return { state: 'read', document: gunzipSync(bytes, { maxOutputLength: max }) };
  } catch (error) {
    return { state: errno(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged' };
  }
};
