/** A document in numbered pieces, where a hypervisor's channel does not carry it in one. */
import type { Bytes } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import type { TransportName } from '../environment.ts';
import { largestDocument } from '../limits.ts';
import type { Fetched } from './transport.ts';

/** Nothing here for this guest: the normal case. */
export const nothing: Fetched = { found: null, notices: [] };

/** `0`, `1`, `2` … as the last part of a key; null for anything else. */
export const pieceNumber = (text: string): number | null => (/^(0|[1-9]\d{0,3})$/.test(text) ? Number(text) : null);

/** The pieces in the order of their numbers, counting from 0: as a document, or as the Notice why they are none. */
export const joined = (transport: TransportName, source: string, pieces: ReadonlyMap<number, Buffer>): Fetched => {
  const missing = Array.from({ length: pieces.size }, (_, number) => number).find(number => !pieces.has(number));
  if (missing !== undefined) {
    return { found: null, notices: [environmentNotice('environment-damaged', source, `piece ${missing} is missing`)] };
  }
  const inOrder = [...pieces].sort(([one], [other]) => one - other).map(([, piece]) => piece);
  return asDocument(transport, source, Buffer.concat(inOrder));
};

/** A value as the document; blank is what scrubbing leaves behind, and counts as absent. */
export const asDocument = (transport: TransportName, source: string, document: Buffer): Fetched => {
  if (document.length > largestDocument) {
    return { found: null, notices: [environmentNotice('environment-too-large', source, `${largestDocument} bytes`)] };
  }
  if (document.toString('latin1').trim() === '') return nothing;
  return { found: { transport, source, document }, notices: [] };
};

/** Cuts a document into pieces of at most `longest` bytes, between characters: each must be text of its own for the host. */
export const cut = (document: Buffer, longest: Bytes): string[] => {
  const pieces: string[] = [];
  for (let from = 0; from < document.length; ) {
    let to = Math.min(from + longest, document.length);
    while (to > from + 1 && isContinuation(document[to])) to -= 1;
    pieces.push(document.toString('utf8', from, to));
    from = to;
  }
  return pieces;
};

/** UTF-8: a byte that cannot begin a character. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
