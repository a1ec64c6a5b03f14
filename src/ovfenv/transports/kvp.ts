/**
 * Hyper-V: key-value pairs the host's administrator set for this machine (Msvm_KvpExchangeDataItem, source 0), which
 * hv_kvp_daemon keeps in pool 0. The document is the value of `ovf.env`, or, as a value holds less than 2 KiB, the pieces
 * `ovf.env.0`, `ovf.env.1` … (the way Ignition splits `ignition.config`), in UTF-8 and cut between characters.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { EnlightenError } from '../../errors.ts';
import type { Guest } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { largestDocument } from '../limits.ts';
import { isWhole, type KvpRecord, recordsIn, withoutKeys } from './kvp-pool.ts';
import { asDocument, cut, joined, nothing, pieceNumber } from './pieces.ts';
import type { Fetched, Transport } from './transport.ts';

const poolPath = '/var/lib/hyperv/.kvp_pool_0';
const key = 'ovf.env';
/** Records are a quarter longer than the values they carry; other pairs need room as well. */
const largestPool = 3 * largestDocument;

export const kvp: Transport = {
  name: 'kvp',

  async fetch(guest) {
    try {
      const pool = await readSettled(guest);
      if (pool === null) return nothing;
      if (!isWhole(pool))
        return {
          found: null,
          notices: [environmentNotice('environment-damaged', poolPath, 'the pool ends within a record')],
        };
      return documentIn(recordsIn(pool));
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return { found: null, notices: [environmentNotice('environment-unreadable', poolPath, error.message)] };
    }
  },

  /**
   * Rewrites the pool without the document, readable for root alone. The daemon reads the file anew before each change,
   * so that it does not bring the pairs back; the host may, the next time the machine starts.
   */
  async scrub(guest) {
    try {
      const pool = await readSettled(guest);
      if (pool === null) return true;
      if (!isWhole(pool)) return false;
      await guest.replace(poolPath, withoutKeys(pool, isOurs), 0o600);
      return true;
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return false;
    }
  },
};

/**
 * The pairs that carry a document in UTF-8, for the host to set. The host's own limit is 1023 UTF-16 units, of which no text has
 * more than it has bytes in UTF-8.
 */
export const kvpPairsOf = (document: Buffer): [key: string, value: string][] => {
  const pieces = cut(document, 1000);
  return pieces.length === 1
    ? [[key, pieces[0] as string]]
    : pieces.map((piece, number) => [`${key}.${number}`, piece]);
};

const documentIn = (records: readonly KvpRecord[]): Fetched => {
  const whole = records.find(record => record.key === key);
  if (whole !== undefined) return asDocument('kvp', `${poolPath}:${key}`, whole.value);
  const pieces = new Map<number, Buffer>();
  for (const record of records) {
    const number = numberOf(record.key);
    if (number !== null) pieces.set(number, record.value);
  }
  return joined('kvp', `${poolPath}:${key}.*`, pieces);
};

const numberOf = (name: string): number | null =>
  name.startsWith(`${key}.`) ? pieceNumber(name.slice(key.length + 1)) : null;

const isOurs = (name: string): boolean => name === key || numberOf(name) !== null;

/** Ten looks of 20 ms: the daemon needs less than one of them for its largest pool. */
const looks = 10;
const pauseMs = 20;

/**
 * The daemon empties the file and writes it anew at every change, under a lock (fcntl(2)) that Node cannot take. So the pool
 * is what two looks in a row agree on; a torn one only when it stays so. Null when there is none, or nothing in it.
 */
const readSettled = async (guest: Guest): Promise<Buffer | null> => {
  let pool = await guest.read(poolPath, largestPool);
  for (let look = 1; pool !== null && look < looks; look += 1) {
    await wait(pauseMs);
    const again = await guest.read(poolPath, largestPool);
    if (again?.equals(pool) && isWhole(again)) return again;
    pool = again;
  }
  return pool;
};
