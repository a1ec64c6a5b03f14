/** A document in numbered pieces, where a hypervisor's channel does not carry it in one. */
import type { Bytes, Guest } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import type { TransportName } from '../environment.ts';
import { largestDocument } from '../limits.ts';
import type { Fetched, Transport } from './transport.ts';

/** Nothing here for this guest: the normal case. */
export const nothing: Fetched = { found: null, notices: [] };

/** Whether a transport, looked at again, has nothing for this guest and nothing to say. */
export const isGone = async (transport: Transport, guest: Guest): Promise<boolean> => {
  const { found, notices } = await transport.fetch(guest);
  return found === null && notices.length === 0;
};

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

/**
 * Cuts a document into pieces of at most `longest` bytes, between characters: each must be text of its own for the host. Not beside
 * white space where that can be had, which a tool on the way may trim.
 */
export const cut = (document: Buffer, longest: Bytes): string[] => {
  const pieces: string[] = [];
  for (let from = 0; from < document.length; ) {
    const to = endOfPiece(document, from, longest);
    pieces.push(document.toString('utf8', from, to));
    from = to;
  }
  return pieces;
};

const endOfPiece = (document: Buffer, from: number, longest: Bytes): number => {
  const furthest = from + longest;
  if (furthest >= document.length) return document.length;
  const between = (at: number) => !isContinuation(document[at]);
  const unseen = (at: number) => between(at) && !isBlank(document[at - 1]) && !isBlank(document[at]);
  const back = (may: (at: number) => boolean): number | null => {
    let at = furthest;
    while (at > from && !may(at)) at -= 1;
    return at > from ? at : null;
  };
  return back(unseen) ?? back(between) ?? furthest;
};

const isBlank = (byte: number | undefined): boolean => byte !== undefined && byte <= 0x20;

/** UTF-8: a byte that cannot begin a character. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
