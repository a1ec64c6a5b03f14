/**
 * The last environment read. Absent is not empty: vSphere and others attach the disc for the first boot only, so what it
 * said stays in force, marked stale, until another document is read. A refused document does not replace it.
 */
import { EnlightenError } from '../errors.ts';
import type { Guest, WritableGuest } from '../guest/guest.ts';
import { environmentNotice } from '../notices/environment.ts';
import type { Notice } from '../notices/notice.ts';
import type { Environment } from './environment.ts';
import { largestDocument } from './limits.ts';
import { isNewer, isStored, type Stored } from './shape.ts';

export const lastPath = '/var/lib/enlighten/environment.json';
/**
 * The text of a document, and of the descriptor, at most doubles as JSON: line ends and quotes take a backslash, Latin-1 a second
 * byte; each declaration adds the names of its fields.
 */
const largestStored = 8 * largestDocument;

export interface Last {
  /** Null when none was stored or what is there cannot be used. */
  last: Stored | null;
  notices: Notice[];
}

/** The stored one, marked stale. A damaged file or one of a newer enlighten is a Notice and counts as none. */
export const readLast = async (guest: Guest): Promise<Last> => {
  let content: Buffer | null;
  try {
    content = await guest.read(lastPath, largestStored);
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return unusable('environment-last-damaged', error.code === 'too-large' ? 'it is too large' : 'it is unreadable');
  }
  if (content === null) return { last: null, notices: [] };
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch {
    return unusable('environment-last-damaged', 'it is not JSON'); // the parser's message quotes the text
  }
  if (isNewer(value)) return unusable('environment-last-too-new');
  if (!isStored(value)) return unusable('environment-last-damaged', 'fields are missing or wrong');
  return { last: { ...value, environment: { ...value.environment, stale: true } }, notices: [] };
};

const unusable = (code: Parameters<typeof environmentNotice>[0], detail = ''): Last => ({
  last: null,
  notices: [environmentNotice(code, lastPath, detail)],
});

/** Stores a freshly read environment, readable for root alone: it holds secrets in clear text. */
export const writeLast = async (guest: WritableGuest, environment: Environment, sha256: string): Promise<void> => {
  const stored: Stored = { schemaVersion: 1, sha256, environment };
  await guest.replace(lastPath, `${JSON.stringify(stored)}\n`, 0o600);
};
