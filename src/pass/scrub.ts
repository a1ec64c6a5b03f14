/**
 * enlighten.scrub=true: the document, secrets and all, is removed where the platform keeps it, as Ignition does with its own. From then on
 * the stored copy, which only root can read, is the environment; it counts as the last one read.
 */
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { whyNotKept } from '../kernel/proof/persistent-state.ts';
import { environmentNotice } from '../notices/environment.ts';
import type { Notice } from '../notices/notice.ts';
import type { FetchedDocument } from '../ovfenv/environment.ts';
import { transports as allTransports } from '../ovfenv/transports/index.ts';
import type { Transport } from '../ovfenv/transports/transport.ts';

export interface ToScrub {
  /** The setting, in a pass that may change things, and a document that was read and is stored. */
  asked: boolean;
  /** What was found at this boot. */
  found: FetchedDocument | null;
  /** Whether an earlier pass has removed it. */
  before: boolean;
}

export interface Scrubbed {
  /** True: the document is gone from its source. */
  gone: boolean;
  notices: Notice[];
}

/** A transport that cannot, or a disk that forgets, is a Notice: what is nowhere else is never removed. */
export const scrub = async (
  guest: WritableGuest,
  { asked, found, before }: ToScrub,
  transports: readonly Transport[] = allTransports,
): Promise<Scrubbed> => {
  if (found === null) return { gone: before, notices: [] };
  if (!asked) return { gone: false, notices: [] };
  const left = (code: Parameters<typeof environmentNotice>[0], detail: string): Scrubbed => ({
    gone: false,
    notices: [environmentNotice(code, found.source, detail)],
  });
  const transport = transports.find(({ name }) => name === found.transport);
  if (transport?.scrub === undefined) return left('environment-cannot-scrub', found.transport);
  const forgets = await whyNotKept(guest);
  if (forgets !== null)
    return left('environment-not-scrubbed', `the stored copy would not outlast this boot (${forgets})`);
  try {
    const gone = await transport.scrub(guest, found);
    return gone ? { gone, notices: [] } : left('environment-not-scrubbed', 'it is still there');
  } catch (error) {
    return left('environment-not-scrubbed', saying(error));
  }
};
