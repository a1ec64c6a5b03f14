/** Which environment holds at this boot: the one found, else the last one; either as the appliance's descriptor means it. */
import { isDeepStrictEqual } from 'node:util';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { declared } from './descriptor/declare.ts';
import { readDescriptor } from './descriptor/read.ts';
import { readDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { readLast } from './last.ts';
import type { LookAround } from './read.ts';

export interface InForce {
  /** `stale` when it is the last one; null when there never was one. */
  environment: Environment | null;
  /** Of the raw document it was read from. */
  sha256: string | null;
  /** What the next boot must find in last.ts (for writeLast): null where it finds the same already. */
  toStore: { environment: Environment; sha256: string } | null;
  /** Set when a document was found and must not be used. */
  refused: Notice | null;
  /** Of the looking and reading; those about the document itself are in the environment. */
  notices: Notice[];
}

/**
 * Reads the document that was found. Absent or refused: the last one stays in force. It is stored as it was read, with its
 * declarations beside it: a descriptor that changes is applied to what the deployer really gave.
 */
export const environmentInForce = async (guest: Guest, look: LookAround): Promise<InForce> => {
  const read = look.found === null ? null : await readDocument(look.found);
  const { last, notices: lastNotices } = await readLast(guest);
  if (read !== null && 'environment' in read && look.sha256 !== null) {
    const { asRead, environment } = await withDescriptor(guest, read.environment, last?.environment);
    const toStore = { environment: asRead, sha256: look.sha256 };
    return { environment, sha256: look.sha256, toStore, refused: null, notices: look.notices };
  }
  const refused = read !== null && 'refused' in read ? read.refused : null;
  const notices = [...look.notices, ...(refused === null ? [] : [refused]), ...lastNotices];
  if (last === null) return { environment: null, sha256: null, toStore: null, refused, notices };
  const { sha256 } = last;
  const { asRead, environment } = await withDescriptor(guest, last.environment, last.environment);
  const toStore = isDeepStrictEqual(asRead, last.environment) ? null : { environment: asRead, sha256 };
  return { environment, sha256, toStore, refused, notices };
};

/**
 * @param last the one before: a descriptor that can no longer be read must not make its passwords public, so what it said then holds
 * @returns the environment as the deployer gave it, and as it holds.
 */
export const withDescriptor = async (
  guest: Guest,
  given: Environment,
  last?: Environment,
): Promise<{ asRead: Environment; environment: Environment }> => {
  const descriptor = await readDescriptor(guest, given.id);
  const { notices } = descriptor;
  const { declarations, passwords } = notices.length > 0 && last !== undefined ? last : descriptor;
  const asRead = { ...given, declarations, passwords };
  const holds = declared(asRead);
  return { asRead, environment: { ...holds, notices: [...holds.notices, ...notices] } };
};
