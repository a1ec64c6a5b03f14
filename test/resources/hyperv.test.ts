/** Pool 3 as a host writes it, through the real daemon; and what the balloon driver shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balloonIn, hostIn, hyperv } from '../../src/resources/hyperv.ts';
import { groundOf, valuesOf } from './ground.ts';

const POOL = '/var/lib/hyperv/.kvp_pool_3';
const BALLOON = '/sys/kernel/debug/hv-balloon';

const record = (key: string, value: string): Buffer => {
  const bytes = Buffer.alloc(2560);
  bytes.write(key, 0);
  bytes.write(value, 512);
  return bytes;
};
const pool = (pairs: Record<string, string>): Buffer =>
  Buffer.concat(Object.entries(pairs).map(([key, value]) => record(key, value)));

/** Linux 6.8, hv_balloon_debug_show(). */
const balloon = `host_version          : 2.0
capabilities          : enabled hot_add
state                 : 1 (Initialized)
page_size             : 4096
pages_added           : 0
pages_onlined         : 0
pages_ballooned       : 1024
total_pages_committed : 977790
max_dynamic_page_count: 268435456
`;

test('the host by its full name, what it runs, and whether it changes the memory', async t => {
  const files = {
    [POOL]: pool({
      HostName: 'thehost',
      HostingSystemOsMajor: '10',
      HostingSystemOsMinor: '0',
      PhysicalHostNameFullyQualified: 'thehost.example.com',
      VirtualMachineDynamicMemoryBalancingEnabled: '1',
      VirtualMachineName: 'shop',
    }),
    [BALLOON]: balloon,
  };
  const answer = await hyperv(groundOf(t, files, 'hyperv'));
  assert.deepEqual(answer.notices, []);
  assert.deepEqual(valuesOf(answer), {
    host: 'thehost.example.com',
    hostVersion: 'Windows 10.0',
    memoryDynamic: true,
    memoryBallooned: 4 * 1024 ** 2,
    memoryMaximum: 1024 ** 4,
  });
});

test('an empty pool, none, and another hypervisor tell nothing; a pool nobody needs is a Notice', async t => {
  assert.deepEqual(await hyperv(groundOf(t, {}, 'hyperv')), { told: [], notices: [] });
  assert.deepEqual(await hyperv(groundOf(t, { [POOL]: '' }, 'hyperv')), { told: [], notices: [] });
  assert.deepEqual(await hyperv(groundOf(t, { [POOL]: pool({ HostName: 'h' }) }, 'kvm')), { told: [], notices: [] });
  const { notices } = await hyperv(groundOf(t, { [POOL]: Buffer.alloc(300_000) }, 'hyperv'));
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['resources-unreadable'],
  );
});

test('without dynamic memory nothing says how large it may grow', () => {
  const fixed = balloon.replace('268435456', '0');
  assert.deepEqual(
    balloonIn(fixed).map(({ name }) => name),
    ['memoryBallooned'],
  );
});

test('property: any bytes in the pool, and any text of the driver, are read without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 6000 }), fc.string(), (bytes, text) => {
      for (const { value } of [...hostIn(Buffer.from(bytes)), ...balloonIn(text)])
        assert.ok(typeof value !== 'string' || value.length <= 256);
    }),
  );
});
