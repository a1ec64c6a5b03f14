/**
 * Fetches the environment document: bytes and where they came from, no parsing and no library, so that an unchanged boot
 * can compare the digest and be done.
 */
import { hash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { FetchedDocument, TransportName } from './environment.ts';
import { type Order, orderFor } from './transports/order.ts';

/** udev settles in one or two seconds on a slow machine; a boot does not wait longer for a disc that may not exist. */
const settleWithinMs = 5_000;

/** One transport that was asked. */
interface Asked {
  transport: TransportName;
  ms: number;
  /** Why it is asked on this machine. */
  because: string;
}

export interface LookAround {
  /** Null: absent, even after udev settled. */
  found: FetchedDocument | null;
  /** SHA-256 of the document's bytes in hexadecimal; null when none was found. */
  sha256: string | null;
  notices: Notice[];
  /** Each transport asked, in order, and how long it took. */
  asked: Asked[];
  /** Those that were not: for another hypervisor, or behind the one that had a document. */
  notAsked: { transport: TransportName; why: string }[];
}

export interface LookingFor {
  /** Resolves once udev has handled every device. Waited for, bounded, only when the first look found nothing. */
  settled?: () => Promise<unknown>;
  order?: Order;
  settleMs?: number;
}

/**
 * Asks the transports in the order for this machine; when none has a document, waits for the devices to settle and asks once more.
 * @param detection where we are; null where nobody knows: then no program is run
 */
export const fetchEnvironment = async (
  guest: Guest,
  detection: Detection | null,
  { settled, order = orderFor(detection), settleMs = settleWithinMs }: LookingFor = {},
): Promise<LookAround> => {
  const elsewhere = order.leaving.map(transport => ({ transport, why: notHere(detection) }));
  const first = await look(guest, order, elsewhere);
  if (first.found !== null || settled === undefined) return first;
  await bounded(settled, settleMs);
  const second = await look(guest, order, elsewhere);
  return { ...second, asked: [...first.asked, ...second.asked] };
};

const notHere = (detection: Detection | null): string =>
  `not asked on ${detection === null ? 'a machine that is not known' : (detection.platform ?? detection.hypervisor)}`;

const look = async (guest: Guest, { asking }: Order, elsewhere: LookAround['notAsked']): Promise<LookAround> => {
  const notices: Notice[] = [];
  const hindered: Notice[] = [];
  const asked: Asked[] = [];
  for (const { transport, because } of asking) {
    const began = guest.clock.monotonic();
    const fetched = await transport.fetch(guest);
    asked.push({ transport: transport.name, ms: guest.clock.monotonic() - began, because });
    notices.push(...fetched.notices);
    if (fetched.hindered !== undefined) hindered.push(fetched.hindered);
    if (fetched.found === null) continue;
    const behind = asking.slice(asked.length).map(({ transport: { name } }) => ({
      transport: name,
      why: `not asked: ${transport.name} had the environment`,
    }));
    const notAsked = [...behind, ...elsewhere];
    return { found: fetched.found, sha256: sha256Of(fetched.found), notices, asked, notAsked };
  }
  return { found: null, sha256: null, notices: [...notices, ...hindered], asked, notAsked: elsewhere };
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
