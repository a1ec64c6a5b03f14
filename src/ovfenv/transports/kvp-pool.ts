/**
 * The pools of hv_kvp_daemon (Linux, tools/hv/hv_kvp_daemon.c, struct kvp_record): records of a key in 512 bytes and a value
 * in 2048, both UTF-8, with a NUL behind them and whatever was there before behind that. No header, no count.
 */
import type { Bytes } from '../../guest/guest.ts';

const keyBytes: Bytes = 512;
const valueBytes: Bytes = 2048;
const recordBytes = keyBytes + valueBytes;

export interface KvpRecord {
  key: string;
  value: Buffer;
}

/** False for a pool that ends within a record: it was being written, or its writer was killed. */
export const isWhole = (pool: Buffer): boolean => pool.length % recordBytes === 0;

/** The records in their order; what is behind the last whole one is left out. */
export const recordsIn = (pool: Buffer): KvpRecord[] =>
  blocksIn(pool).map(block => ({
    key: untilNul(block.subarray(0, keyBytes)).toString('utf8'),
    value: untilNul(block.subarray(keyBytes)),
  }));

/** The pool without the records of those keys; of the others each byte. */
export const withoutKeys = (pool: Buffer, unwanted: (key: string) => boolean): Buffer =>
  Buffer.concat(blocksIn(pool).filter(block => !unwanted(untilNul(block.subarray(0, keyBytes)).toString('utf8'))));

const blocksIn = (pool: Buffer): Buffer[] =>
  Array.from({ length: Math.floor(pool.length / recordBytes) }, (_, at) =>
    pool.subarray(at * recordBytes, (at + 1) * recordBytes),
  );

/** A field that is full to its last byte has no NUL. */
const untilNul = (field: Buffer): Buffer => {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
};
