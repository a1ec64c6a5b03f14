/**
 * Fetches the environment document: bytes and where they came from, no parsing and no library, so that an unchanged boot
 * can compare the digest and be done.
 */
import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { FetchedDocument, TransportName } from './environment.ts';
import { transports as allTransports } from './transports/index.ts';
import type { Transport } from './transports/transport.ts';

/** udev settles in one or two seconds on a slow machine; a boot does not wait longer for a disc that may not exist. */
const settleWithinMs = 5_000;

export interface LookAround {
  /** Null: absent, even after udev settled. */
  found: FetchedDocument | null;
  /** SHA-256 of the document's bytes in hexadecimal; null when none was found. */
  sha256: string | null;
  notices: Notice[];
  /** Each transport asked, in order, and how long it took. */
  asked: { transport: TransportName; ms: number }[];
}

export interface LookingFor {
  /** Resolves once udev has handled every device. Waited for, bounded, only when the first look found nothing. */
  settled?: () => Promise<unknown>;
  transports?: readonly Transport[];
  settleMs?: number;
}

/** Asks the transports in their order; when none has a document, waits for the devices to settle and asks once more. */
export const fetchEnvironment = async (
  guest: Guest,
  { settled, transports = allTransports, settleMs = settleWithinMs }: LookingFor = {},
): Promise<LookAround> => {
  const first = await look(guest, transports);
  if (first.found !== null || settled === undefined) return first;
  await bounded(settled, settleMs);
  const second = await look(guest, transports);
  return { ...second, asked: [...first.asked, ...second.asked] };
};

const look = async (guest: Guest, transports: readonly Transport[]): Promise<LookAround> => {
  const notices: Notice[] = [];
  const asked: LookAround['asked'] = [];
  for (const transport of transports) {
    const began = guest.clock.monotonic();
    const fetched = await transport.fetch(guest);
    asked.push({ transport: transport.name, ms: guest.clock.monotonic() - began });
    notices.push(...fetched.notices);
    if (fetched.found !== null) return { found: fetched.found, sha256: sha256Of(fetched.found), notices, asked };
  }
  return { found: null, sha256: null, notices, asked };
};

const sha256Of = ({ document }: FetchedDocument): string => hash('sha256', document, 'hex');

/** Waits until it is done, fails, or the time is over: each of them only means that it is time to look again. */
const bounded = async (work: () => Promise<unknown>, ms: number): Promise<void> => {
  const over = new AbortController();
  try {
    await Promise.race([work(), wait(ms, undefined, { signal: over.signal })]);
  } catch {
    // not settled is not an error here: what is there now is what there is
  } finally {
    over.abort();
  }
};
