/** Pools written by Debian's hv_kvp_daemon, and everything a pool can hold besides. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { kvp, kvpPairsOf } from '../../src/ovfenv/transports/kvp.ts';
import { isWhole, recordsIn, withoutKeys } from '../../src/ovfenv/transports/kvp-pool.ts';
import { type KvpHost, startKvpDaemon } from '../hypervisors/kvp-daemon.ts';
import { document, guestWith } from './fixture.ts';

const path = 'var/lib/hyperv/.kvp_pool_0';
const nothing = { found: null, notices: [] };

const record = (key: string | Buffer, value: string | Buffer, garbage = 0xa5): Buffer => {
  const bytes = Buffer.alloc(2560, garbage);
  Buffer.concat([Buffer.from(key), Buffer.from([0])]).copy(bytes, 0, 0, 512);
  Buffer.concat([Buffer.from(value), Buffer.from([0])]).copy(bytes, 512, 0, 2048);
  return bytes;
};

/** The document found in a pool of these records, and the codes of the Notices. */
const fetched = async (t: TestContext, pool: Buffer) => {
  const { found, notices } = await kvp.fetch(guestWith(t, { files: { [path]: pool } }));
  return { text: found?.document.toString() ?? null, codes: notices.map(({ code }) => code) };
};

const withDaemon = async (t: TestContext, act: (host: KvpHost, pool: string) => Promise<void>) => {
  const guest = guestWith(t, {});
  const folder = dirname(join(guest.root, path));
  mkdirSync(folder, { recursive: true });
  const host = await startKvpDaemon(folder);
  try {
    await act(host, join(guest.root, path));
  } finally {
    await host.stop();
  }
  return guest;
};

test('the real daemon: one value, among others', async t => {
  const guest = await withDaemon(t, async host => {
    await host.set('ovf.environment', 'somebody else’s');
    await host.set('ovf.env', '<short/>');
    await host.set('empty', '');
  });
  const { found, notices } = await kvp.fetch(guest);
  assert.deepEqual(notices, []);
  assert.equal(found?.document.toString(), '<short/>');
  assert.equal(found?.transport, 'kvp');
});

test('the real daemon: pieces in any order, changed, deleted, moved up, with what was there before behind their NUL', async t => {
  const long = `${document}<!-- ${'ü€😀'.repeat(2000)} -->`;
  const pairs = kvpPairsOf(Buffer.from(long));
  assert.ok(pairs.length > 10);
  let garbage = false;
  const guest = await withDaemon(t, async (host, pool) => {
    await host.set('first', 'x'.repeat(2000));
    await host.set('ovf.env', 'y'.repeat(2000));
    for (const [key] of pairs.toReversed()) await host.set(key, 'z'.repeat(2040));
    for (const [key, value] of pairs) await host.set(key, value);
    await host.delete('first');
    await host.delete('ovf.env');
    await host.set('host.name', 'web');
    garbage = readFileSync(pool).includes(`\0${'z'.repeat(100)}`);
  });
  assert.ok(garbage, 'the pool has leftovers behind a NUL');
  assert.equal((await kvp.fetch(guest)).found?.document.toString(), long);
});

test('the real daemon: after scrubbing only the other pairs are there, for root alone, and the daemon goes on with them', async t => {
  const guest = guestWith(t, {});
  const pool = join(guest.root, path);
  mkdirSync(dirname(pool), { recursive: true });
  const host = await startKvpDaemon(dirname(pool));
  try {
    await host.set('before', '1');
    for (const [key, value] of kvpPairsOf(Buffer.from(document))) await host.set(key, value);
    await host.set('ovf.env.notes', 'not a piece');
    const { found } = await kvp.fetch(guest);
    assert.equal(found?.document.toString(), document);
    assert.equal(await kvp.scrub?.(guest, found), true);
    await host.set('after', '2');
  } finally {
    await host.stop();
  }
  assert.deepEqual(
    recordsIn(readFileSync(pool)).map(({ key }) => key),
    ['before', 'ovf.env.notes', 'after'],
  );
  assert.ok(!readFileSync(pool).includes('s3cret'));
  assert.equal(statSync(pool).mode & 0o777, 0o600);
  assert.deepEqual(await kvp.fetch(guest), nothing);
});

test('no pool, an empty one, and one without our keys are nothing', async t => {
  assert.deepEqual(await kvp.fetch(guestWith(t, {})), nothing);
  for (const pool of [Buffer.alloc(0), record('a', 'b'), record('ovf.env', ' '), record('ovf.envx', 'b')]) {
    assert.deepEqual(await fetched(t, pool), { text: null, codes: [] });
  }
});

test('a value without a NUL is 2048 bytes long', async t => {
  const full = Buffer.concat([record('ovf.env.0', 'x'.repeat(2048)), record('ovf.env.1', 'y')]);
  assert.equal((await fetched(t, full)).text, `${'x'.repeat(2048)}y`);
});

test('a missing piece is named, and a document that is not whole is not used', async t => {
  const pieces = [0, 1, 3].map(number => record(`ovf.env.${number}`, `${number}`));
  const { found, notices } = await kvp.fetch(guestWith(t, { files: { [path]: Buffer.concat(pieces) } }));
  assert.equal(found, null);
  assert.equal(notices[0]?.code, 'environment-damaged');
  assert.match(notices[0]?.happened ?? '', /piece 2 is missing/);
});

test('a pool cut off anywhere is a Notice, unless it is cut between records', async t => {
  const pool = Buffer.concat([record('a', 'b'), record('ovf.env', '<whole/>')]);
  for (const size of [1, 511, 2559, 2561, 5119]) {
    assert.deepEqual(await fetched(t, pool.subarray(0, size)), { text: null, codes: ['environment-damaged'] });
  }
  assert.deepEqual(await fetched(t, pool.subarray(0, 2560)), { text: null, codes: [] });
});

test('a pool that is being written is read once it is whole', async t => {
  const pool = Buffer.concat([record('a', 'b'), record('ovf.env', '<whole/>')]);
  const guest = guestWith(t, { files: { [path]: pool.subarray(0, 3000) } });
  const reads = [Buffer.alloc(0), pool.subarray(0, 2048), pool.subarray(0, 2560), pool];
  const writing: typeof guest = {
    ...guest,
    read: async (asked, max) => (asked === `/${path}` ? (reads.shift() ?? pool) : guest.read(asked, max)),
  };
  assert.equal((await kvp.fetch(writing)).found?.document.toString(), '<whole/>');
});

test('a pool of a size nobody needs is a Notice', async t => {
  assert.deepEqual(await fetched(t, Buffer.alloc(3 * largestDocument + 1)), {
    text: null,
    codes: ['environment-unreadable'],
  });
  const many = Buffer.concat(Array.from({ length: 600 }, (_, at) => record(`ovf.env.${at}`, 'x'.repeat(2000))));
  assert.deepEqual(await fetched(t, many), { text: null, codes: ['environment-too-large'] });
});

test('property: records come out as they went in, whatever is behind their NUL', () => {
  const field = (max: number) => fc.uint8Array({ min: 1, maxLength: max - 1 }).map(bytes => Buffer.from(bytes));
  const records = fc.array(fc.tuple(fc.stringMatching(/^[a-z.0-9]{0,40}$/), field(2048), fc.nat(255)), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(records, wanted => {
      const pool = Buffer.concat(wanted.map(([key, value, garbage]) => record(key, value, garbage)));
      assert.ok(isWhole(pool));
      assert.deepEqual(
        recordsIn(pool).map(({ key, value }) => [key, value.toString('hex')]),
        wanted.map(([key, value]) => [key, value.toString('hex')]),
      );
      const kept = withoutKeys(pool, key => key.startsWith('a'));
      assert.equal(kept.length, 2560 * wanted.filter(([key]) => !key.startsWith('a')).length);
    }),
    { numRuns: 200 },
  );
});

test('property: any text survives being cut into pairs, in any order', async t => {
  const guest = guestWith(t, { files: { [path]: '' } });
  const text = fc
    .string({ unit: 'binary', maxLength: 3000 })
    .map(each => each.replaceAll('\0', '') + '.'.repeat(1 + (each.length % 1500)));
  await fc.assert(
    fc.asyncProperty(text, fc.infiniteStream(fc.nat()), async (whole, random) => {
      const pairs = kvpPairsOf(Buffer.from(whole));
      for (const [, value] of pairs) assert.ok(Buffer.byteLength(value) <= 1000);
      const shuffled = pairs
        .map(pair => ({ pair, at: random.next().value ?? 0 }))
        .sort((one, other) => one.at - other.at)
        .map(({ pair: [key, value] }) => record(key, value));
      writeFileSync(join(guest.root, path), Buffer.concat(shuffled));
      const { found } = await kvp.fetch(guest);
      assert.equal(found?.document.toString(), Buffer.from(whole).toString());
    }),
    { numRuns: 40 },
  );
});

test('property: random bytes are read without throwing, and never make a longer document', async t => {
  const guest = guestWith(t, { files: { [path]: '' } });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 6000 }), fc.boolean(), async (bytes, ours) => {
      writeFileSync(join(guest.root, path), ours ? Buffer.concat([record('ovf.env.0', 'x'), bytes]) : bytes);
      const { found } = await kvp.fetch(guest);
      assert.ok((found?.document.length ?? 0) <= 6000);
    }),
    { numRuns: 20 },
  );
  rmSync(join(guest.root, path));
});
