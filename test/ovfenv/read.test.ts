import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fetchEnvironment } from '../../src/ovfenv/read.ts';
import { type Order, orderFor } from '../../src/ovfenv/transports/order.ts';
import type { Transport } from '../../src/ovfenv/transports/transport.ts';
import { document, guestWith, makeDisc } from './fixture.ts';

const sha256 = createHash('sha256').update(document).digest('hex');

test('what is there is returned with its digest, and nobody waits for udev', async t => {
  const guest = guestWith(t, { drives: { sr0: makeDisc(t, { 'ovf-env.xml': document }) } });
  const settled = async () => assert.fail('waited');
  const look = await fetchEnvironment(guest, null, { settled });
  assert.equal(look.found?.document.toString(), document);
  assert.equal(look.sha256, sha256);
  assert.deepEqual(
    look.asked.map(({ transport }) => transport),
    ['iso'],
  );
  assert.ok(look.asked.every(({ ms, because }) => ms >= 0 && because !== ''));
  assert.deepEqual(look.notAsked[0], { transport: 'azure', why: 'not asked: iso had the environment' });
});

test('a drive that appears while udev settles is found at the second look', async t => {
  const disc = makeDisc(t, { 'ovf-env.xml': document });
  const guest = guestWith(t, { files: { 'dev/null': '' } });
  const settled = async () => {
    mkdirSync(join(guest.root, 'sys/block/sr0'), { recursive: true });
    cpSync(disc, join(guest.root, 'dev/sr0'));
  };
  assert.equal((await fetchEnvironment(guest, null)).found, null, 'without waiting');
  const look = await fetchEnvironment(guest, null, { settled });
  assert.equal(look.sha256, sha256);
  const once = orderFor(null).asking.map(({ transport }) => transport.name);
  assert.deepEqual(
    look.asked.map(({ transport }) => transport),
    [...once, 'iso'],
  );
});

test('absent is concluded when udev never settles, or fails to', async t => {
  const guest = guestWith(t, {});
  const never = await fetchEnvironment(guest, null, { settled: () => new Promise(() => {}), settleMs: 50 });
  const failing = await fetchEnvironment(guest, null, { settled: () => Promise.reject(new Error('no udevadm')) });
  for (const look of [never, failing]) {
    const { asking, leaving } = orderFor(null);
    assert.deepEqual(
      { ...look, asked: look.asked.length, notAsked: look.notAsked.map(({ transport }) => transport) },
      { found: null, sha256: null, notices: [], asked: 2 * asking.length, notAsked: leaving },
    );
  }
});

test('transports are asked in the order of the table until one has a document', async t => {
  const guest = guestWith(t, {});
  const asked: string[] = [];
  const transport = (name: Transport['name'], content: string | null): Transport => ({
    name,
    async fetch() {
      asked.push(name);
      const found = content === null ? null : { transport: name, source: name, document: Buffer.from(content) };
      return { found, notices: [{ code: name, subject: '', happened: '', remedy: '' }] };
    },
  });
  const order: Order = {
    asking: [transport('iso', null), transport('guestinfo', 'a'), transport('seed', 'b')].map(each => ({
      transport: each,
      because: `${each.name}'s reason`,
    })),
    leaving: ['xenstore'],
  };
  const look = await fetchEnvironment(guest, null, { order });
  assert.deepEqual(asked, ['iso', 'guestinfo']);
  assert.equal(look.found?.source, 'guestinfo');
  assert.deepEqual(
    look.notices.map(({ code }) => code),
    ['iso', 'guestinfo'],
  );
  assert.deepEqual(
    look.asked.map(({ because }) => because),
    ["iso's reason", "guestinfo's reason"],
  );
  assert.deepEqual(look.notAsked, [
    { transport: 'seed', why: 'not asked: guestinfo had the environment' },
    { transport: 'xenstore', why: 'not asked on a machine that is not known' },
  ]);
});
