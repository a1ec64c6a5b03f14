/** xenstored behind the kernel's device, and the balloon driver's files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { kibibytesIn, xen } from '../../src/resources/xen.ts';
import { cannotStand, encoded, store, toldThrough } from '../hypervisors/xenstore.ts';
import { groundOf, valuesOf } from './ground.ts';

const TARGET = '/sys/devices/system/xen_memory/xen_memory0/target_kb';

test('target and maximum, by the wire', { skip: cannotStand }, async () => {
  const nodes = new Map(
    Object.entries({ 'memory/target': '524288', 'memory/static-max': '1048576' }).map(([path, value]) => [
      path,
      Buffer.from(value),
    ]),
  );
  const answer = await toldThrough(store(nodes));
  assert.deepEqual(answer.notices, []);
  assert.deepEqual(valuesOf(answer), { memoryTarget: 512 * 1024 ** 2, memoryMaximum: 1024 ** 3 });
});

test('a store without those nodes, or with nonsense in them, tells nothing', { skip: cannotStand }, async () => {
  assert.deepEqual(await toldThrough(store(new Map())), { told: [], notices: [] });
  assert.deepEqual(await toldThrough(store(new Map([['memory/target', Buffer.from('lots')]]))), {
    told: [],
    notices: [],
  });
});

test('a peer that answers something else is a Notice', { skip: cannotStand }, async () => {
  const { notices } = await toldThrough(request => encoded({ ...request, request: 99, payload: Buffer.from('1') }));
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['resources-no-answer'],
  );
});

test('without the device the balloon driver tells the target; elsewhere nobody is asked', async t => {
  const files = { [TARGET]: '2048\n' };
  assert.deepEqual(valuesOf(await xen(groundOf(t, files, 'xen'))), { memoryTarget: 2 * 1024 ** 2 });
  assert.deepEqual(await xen(groundOf(t, files, 'kvm')), { told: [], notices: [] });
  assert.deepEqual(await xen(groundOf(t, {}, 'xen')), { told: [], notices: [] });
});

test('property: any bytes are a number of KiB or nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.nat().map(String)), text => {
      const value = kibibytesIn(text);
      assert.ok(value === null || value === Number(text.trim()) * 1024);
    }),
  );
});
