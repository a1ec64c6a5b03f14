/** How much to build on: the tightest word of all, for every mix of what may be told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hypervisor } from '../../src/detect/detection.ts';
import { effective } from '../../src/resources/effective.ts';
import { type ResourceName, resourceNames, resourcesOf } from '../../src/resources/resource.ts';

const GIB = 1024 ** 3;

const derived = (values: Partial<Record<ResourceName, number>>, hypervisor: Hypervisor = 'kvm') =>
  effective(
    resourcesOf(Object.entries(values).map(([name, value]) => ({ name: name as ResourceName, value, source: 'x' }))),
    hypervisor,
  );

test('the tightest of four words about processors; a thread for a part of one', () => {
  const all = { cpusOnline: 8, cpusAllowed: 6, cpuQuota: 2.5, cpuLimit: 4800, cpuSpeed: 2000 };
  const { cpus, threads, bounds } = derived(all);
  assert.deepEqual([cpus, threads], [2.4, 3]);
  assert.deepEqual(
    bounds.cpus.map(({ by, value }) => [by, value]),
    [
      ['cpuLimit', 2.4],
      ['cpuQuota', 2.5],
      ['cpusAllowed', 6],
      ['cpusOnline', 8],
    ],
  );
  assert.equal(derived({ cpusOnline: 8, cpuQuota: 0.004 }).threads, 1);
  assert.equal(derived({ cpusOnline: 8, cpuLimit: 2000 }).cpus, 8, 'a limit says nothing without the speed');
});

test('memory: balloon, target, cgroup, limit; VMware’s balloon is taken off, others took theirs off themselves', () => {
  const all = { memoryTotal: 4 * GIB, memoryBallooned: GIB };
  assert.equal(derived(all, 'kvm').memory, 4 * GIB);
  assert.equal(derived(all, 'vmware').memory, 3 * GIB);
  assert.equal(derived({ ...all, memoryTarget: 2 * GIB }).memory, 2 * GIB);
  assert.equal(derived({ ...all, cgroupMemoryHigh: GIB, cgroupMemoryMax: 2 * GIB }).memory, GIB);
  assert.equal(derived({ ...all, memoryLimit: 3 * GIB }).memory, 3 * GIB);
});

test('what the host guarantees is told where it guarantees something', () => {
  assert.equal(derived({ memoryTotal: 4 * GIB, memoryReservation: GIB }).guaranteedMemory, GIB);
  assert.equal(derived({ memoryTotal: 4 * GIB, memoryReservation: 9 * GIB }).guaranteedMemory, 4 * GIB);
  assert.equal(derived({ memoryTotal: 4 * GIB, memoryReservation: 0 }).guaranteedMemory, null);
  assert.deepEqual(derived({}), {
    cpus: null,
    threads: null,
    memory: null,
    guaranteedMemory: null,
    bounds: { cpus: [], memory: [] },
  });
});

test('some kilobytes more or less change nothing', () => {
  assert.equal(derived({ memoryTotal: 4 * GIB + 4096 }).memory, derived({ memoryTotal: 4 * GIB + 900_000 }).memory);
});

test('property: never more than any word allows, never less than the tightest but for the rounding', () => {
  const values = fc.record(Object.fromEntries(resourceNames.map(name => [name, fc.option(fc.nat({ max: 2 ** 40 }))])));
  fc.assert(
    fc.property(values, fc.constantFrom<Hypervisor>('kvm', 'vmware', 'xen', 'none'), (found, hypervisor) => {
      const told = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null));
      const { cpus, threads, memory, guaranteedMemory, bounds } = derived(told as Record<string, number>, hypervisor);
      for (const { value } of bounds.cpus) assert.ok(cpus !== null && cpus <= value);
      for (const { value } of bounds.memory) assert.ok(memory !== null && memory <= value);
      assert.ok(threads === null || (Number.isInteger(threads) && threads >= 1 && threads >= (cpus ?? 0)));
      const least = Math.min(...bounds.memory.map(({ value }) => value));
      assert.ok(memory === null || memory > least - 16 * 1024 ** 2);
      assert.ok(guaranteedMemory === null || guaranteedMemory <= (memory ?? 0));
    }),
  );
});
