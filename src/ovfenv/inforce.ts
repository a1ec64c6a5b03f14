/** Which environment holds at this boot: the one found, else the last one. */
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { readDocument } from './document.ts';
import type { Environment } from './environment.ts';
import { readLast } from './last.ts';
import type { LookAround } from './read.ts';

export interface InForce {
  /** `stale` when it is the last one; null when there never was one. */
  environment: Environment | null;
  /** Of the raw document it was read from. */
  sha256: string | null;
  /** Set when a document was found and must not be used. */
  refused: Notice | null;
  /** Of the looking and reading; those about the document itself are in the environment. */
  notices: Notice[];
}

/** Reads the document that was found. Absent or refused: the last one stays in force. The caller stores it (writeLast) when it is fresh. */
export const environmentInForce = async (guest: Guest, look: LookAround): Promise<InForce> => {
  const read = look.found === null ? null : await readDocument(look.found);
  if (read !== null && 'environment' in read) {
    return { environment: read.environment, sha256: look.sha256, refused: null, notices: look.notices };
  }
  const { last, notices } = await readLast(guest);
  const refused = read?.refused ?? null;
  return {
    environment: last?.environment ?? null,
    sha256: last?.sha256 ?? null,
    refused,
    notices: [...look.notices, ...(refused === null ? [] : [refused]), ...notices],
  };
};
