/** What the kernel tells: processors, memory, stolen time, cgroups of both kinds, nodes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cgroup, cgroupsIn, limitIn, quotaIn } from '../../src/resources/cgroup.ts';
import { numbersIn } from '../../src/resources/cpulist.ts';
import { balloonPagesIn, meminfoLine, memory } from '../../src/resources/memory.ts';
import { numaNodes } from '../../src/resources/numa.ts';
import { processors } from '../../src/resources/processors.ts';
import { steal, stolenIn } from '../../src/resources/steal.ts';
import { guestWith } from '../detect/folder.ts';
import { groundOf, valuesOf } from './ground.ts';

const MIB = 1024 ** 2;

test('processors: those that run, and of them those that are allowed; services have the first process’s', async t => {
  const files = {
    '/sys/devices/system/cpu/online': '0-3,8\n',
    '/proc/self/status': 'Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t2-3,8-63\n',
    '/proc/1/status': 'Name:\tsystemd\nCpus_allowed_list:\t0-1\n',
  };
  assert.deepEqual(valuesOf(await processors(groundOf(t, files))), { cpusOnline: 5, cpusAllowed: 3 });
  assert.equal(valuesOf(await processors(groundOf(t, files, 'kvm', 'services'))).cpusAllowed, 2);
  assert.deepEqual(await processors(groundOf(t, {})), { told: [], notices: [] });
});

test('memory: in all, and in the balloon, by what the kernel counts', async t => {
  const meminfo = 'MemTotal:        2048 kB\nMemFree: 1 kB\n';
  const events = 'balloon_inflate 300\nballoon_deflate 44\n';
  const old = await memory(groundOf(t, { '/proc/meminfo': meminfo, '/proc/vmstat': events }));
  assert.deepEqual(valuesOf(old), { memoryTotal: 2 * MIB, memoryBallooned: MIB });
  const pages64k = Buffer.alloc(32);
  pages64k.writeBigUInt64LE(6n, 0);
  pages64k.writeBigUInt64LE(65536n, 8);
  const arm = await memory(groundOf(t, { '/proc/vmstat': events, '/proc/self/auxv': pages64k }));
  assert.deepEqual(valuesOf(arm), { memoryBallooned: 16 * MIB });
  const counted = await memory(
    groundOf(t, { '/proc/meminfo': `${meminfo}Balloon:  1024 kB\n`, '/proc/vmstat': events }),
  );
  assert.deepEqual(valuesOf(counted), { memoryTotal: 2 * MIB, memoryBallooned: MIB });
  assert.deepEqual(await memory(groundOf(t, {})), { told: [], notices: [] });
});

test('stolen time: none is a fact where somebody counts, and silence where nobody does', async t => {
  const stat = (ticks: number) => ({ '/proc/stat': `cpu  10 0 20 30 0 0 5 ${ticks} 0 0\ncpu0 1 2 3\n` });
  assert.deepEqual(valuesOf(await steal(groundOf(t, stat(123)))), { cpuStolen: 1230 });
  assert.deepEqual(valuesOf(await steal(groundOf(t, stat(0), 'xen'))), { cpuStolen: 0 });
  assert.deepEqual(valuesOf(await steal(groundOf(t, stat(0), 'hyperv'))), {});
  assert.deepEqual(valuesOf(await steal(groundOf(t, stat(7), 'vmware'))), { cpuStolen: 70 });
  assert.deepEqual(valuesOf(await steal(groundOf(t, {}))), {});
});

test('cgroup v2: the tightest from here to the root, and by which file', async t => {
  const at = '/sys/fs/cgroup/system.slice';
  const files = {
    '/proc/self/cgroup': '0::/system.slice/shop.service\n',
    [`${at}/shop.service/cpu.max`]: '150000 100000\n',
    [`${at}/shop.service/memory.max`]: 'max\n',
    [`${at}/shop.service/memory.high`]: '1073741824\n',
    [`${at}/cpu.max`]: '50000 100000\n',
    [`${at}/memory.max`]: '2147483648\n',
  };
  const answer = await cgroup(groundOf(t, files));
  assert.deepEqual(valuesOf(answer), { cpuQuota: 0.5, cgroupMemoryMax: 2048 * MIB, cgroupMemoryHigh: 1024 * MIB });
  assert.equal(answer.told[0]?.source, `${at}/cpu.max`);
  const services = await cgroup(groundOf(t, files, 'kvm', 'services'));
  assert.deepEqual(valuesOf(services), { cpuQuota: 0.5, cgroupMemoryMax: 2048 * MIB });
});

test('cgroup v1: controllers apart, and its own words for no limit', async t => {
  const files = {
    '/proc/self/cgroup': '5:cpu,cpuacct:/a/b\n4:memory:/a\n1:name=systemd:/x\n',
    '/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us': '-1\n',
    '/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us': '250000\n',
    '/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us': '100000\n',
    '/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912\n',
  };
  assert.deepEqual(valuesOf(await cgroup(groundOf(t, files))), { cpuQuota: 2.5, cgroupMemoryMax: 512 * MIB });
});

test('cgroups: none, the root, one outside of the namespace, and a very deep one', async t => {
  assert.deepEqual(await cgroup(groundOf(t, {})), { told: [], notices: [] });
  for (const path of ['/', '/../../x', `/${'a/'.repeat(5000)}`]) {
    const files = { '/proc/self/cgroup': `0::${path}\n`, '/sys/fs/cgroup/memory.max': '1\n' };
    const { cgroupMemoryMax } = valuesOf(await cgroup(groundOf(t, files)));
    assert.equal(cgroupMemoryMax, path.includes('..') ? undefined : 1, path.slice(0, 20));
  }
});

test('nodes: with their processors, memory and distances, by number', async t => {
  const node = (number: number, cpus: string) => ({
    [`/sys/devices/system/node/node${number}/cpulist`]: `${cpus}\n`,
    [`/sys/devices/system/node/node${number}/meminfo`]: `Node ${number} MemTotal:       1024 kB\n`,
    [`/sys/devices/system/node/node${number}/distance`]: number === 0 ? '10 20\n' : '20 10\n',
  });
  const files = { ...node(10, ''), ...node(0, '0-1'), '/sys/devices/system/node/online': '0,10\n' };
  assert.deepEqual(await numaNodes(guestWith(t, { files })), [
    { node: 0, cpus: '0-1', memory: MIB, distances: [10, 20] },
    { node: 10, cpus: '', memory: MIB, distances: [20, 10] },
  ]);
  assert.deepEqual(await numaNodes(guestWith(t, {})), []);
});

test('property: a list of processors names exactly those that were written', () => {
  const written = (numbers: number[]): string => [...new Set(numbers)].join(',');
  fc.assert(
    fc.property(fc.array(fc.nat(5000), { minLength: 1 }), numbers => {
      assert.deepEqual(
        numbersIn(written(numbers)),
        [...new Set(numbers)].sort((one, other) => one - other),
      );
    }),
  );
  for (const list of ['', 'x', '3-', '0-999999', '1-2-3', '-1']) assert.equal(numbersIn(list), null, list);
});

test('property: whatever the kernel’s files hold, a value is a number that makes sense, or none', () => {
  const line = fc.oneof(
    fc.string(),
    fc.nat().map(number => `${number} 100000`),
    fc.nat().map(String),
    fc.constantFrom('max', 'max 100000', '-1', '0 0'),
  );
  fc.assert(
    fc.property(line, text => {
      for (const read of [quotaIn, limitIn, stolenIn, balloonPagesIn, (all: string) => meminfoLine(all, 'MemTotal')]) {
        const value = read(text);
        assert.ok(value === null || (Number.isFinite(value) && value >= 0), text);
      }
      for (const [, path] of cgroupsIn(text)) assert.ok(path.startsWith('/') && !path.split('/').includes('..'));
    }),
  );
});
