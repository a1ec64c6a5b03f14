import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, detect, detectionJson } from '../../src/detect/detect.ts';
import type { Evidence } from '../../src/detect/detection.ts';
import { hypervisors } from '../../src/detect/detection.ts';
import { openGuest } from '../../src/guest/open.ts';
import { cpuidOf, dmiOf, folderWith, guestWith } from './folder.ts';

test('the JSON document has the fields of the contract, in its order', async t => {
  const files = { ...dmiOf({ sys_vendor: 'Amazon EC2' }), '/cpuid.json': cpuidOf('KVMKVMKVM') };
  const document = detectionJson(await detect(guestWith(t, { files })));
  assert.deepEqual(JSON.parse(JSON.stringify(document)), {
    schemaVersion: 1,
    virtualized: true,
    hypervisor: 'kvm',
    mode: null,
    platform: 'aws',
    container: null,
    arch: 'x86_64',
    buses: [],
    rule: 'cpuid-highest',
    certainty: 'certain',
    evidence: [
      { probe: 'cpuid', source: '/dev/cpu/0/cpuid@0x1', value: 'hypervisor bit set', supports: null },
      { probe: 'cpuid', source: '/dev/cpu/0/cpuid@0x40000000', value: 'KVMKVMKVM', supports: 'kvm' },
      { probe: 'dmi', source: '/sys/class/dmi/id/sys_vendor', value: 'Amazon EC2', supports: 'aws' },
    ],
    overruled: [],
  });
  const order =
    'schemaVersion virtualized hypervisor mode platform container arch buses rule certainty evidence overruled';
  assert.equal(Object.keys(document).join(' '), order);
});

test('evidence that the verdict contradicts is told as overruled', async t => {
  const files = { ...dmiOf({ sys_vendor: 'innotek GmbH' }), '/cpuid.json': cpuidOf('KVMKVMKVM') };
  const { overruled } = await detect(guestWith(t, { files }));
  assert.deepEqual(
    overruled.map(({ probe, supports }) => [probe, supports]),
    [['cpuid', 'kvm']],
  );
});

test('the identity of an EC2 machine gives the platform, and is not published', async t => {
  const uuid = 'EC2E1916-9099-7CAF-FD21-012345ABCDEF';
  const files = dmiOf({ sys_vendor: 'Xen', product_uuid: uuid, product_serial: uuid.toLowerCase() });
  const detection = await detect(guestWith(t, { files }));
  assert.equal(detection.platform, 'aws');
  assert.ok(!JSON.stringify(detection).toLowerCase().includes('9099'));
});

test('a recording may hold anything', async t => {
  const root = folderWith(t, {});
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async content => {
      writeFileSync(join(root, 'cpuid.json'), content);
      assert.ok(hypervisors.includes((await detect(openGuest(root))).hypervisor));
    }),
    { numRuns: 200 },
  );
});

const evidence: fc.Arbitrary<Evidence> = fc.record({
  probe: fc.constantFrom('cpuid', 'cpuinfo', 'kernel', 'xen', 'dmi', 'smbios', 'pci', 'container', 'buses'),
  source: fc.constantFrom(
    '/sys/class/dmi/id/sys_vendor',
    '/proc/xen/capabilities',
    '/proc/cpuinfo',
    '/.dockerenv',
    '/x',
  ),
  value: fc.constantFrom('hypervisor flag set', 'hypervisor flag clear', 'control_d', 'root partition', 'QEMU', ''),
  supports: fc.option(fc.constantFrom(...hypervisors.filter(word => word !== 'none'), 'aws', 'docker')),
});

test('whatever was seen, the verdict is consistent', () => {
  fc.assert(
    fc.property(fc.array(evidence, { maxLength: 12 }), seen => {
      const detection = decide(seen, 'x86_64');
      const hostSide = detection.mode === 'dom0' || detection.mode === 'root';
      if (detection.hypervisor === 'none') assert.equal(detection.virtualized, false);
      else if (!hostSide) assert.equal(detection.virtualized, true);
      const flagged = seen.some(({ probe, value }) => probe.startsWith('cpu') && value === 'hypervisor flag set');
      if (flagged) assert.notEqual(detection.hypervisor, 'none');
      for (const item of detection.overruled) assert.ok(seen.includes(item) && item.supports !== null);
      assert.deepEqual(decide(seen, 'x86_64'), detection);
    }),
  );
});

const wordsOfSystemd: Record<string, string> = {
  microsoft: 'hyperv',
  oracle: 'virtualbox',
  amazon: 'kvm',
  google: 'kvm',
};

test('systemd-detect-virt says the same about this machine', async t => {
  const { stdout, error } = spawnSync('systemd-detect-virt', ['--vm'], { encoding: 'utf8' });
  if (error) return t.skip('systemd-detect-virt is not installed');
  const word = stdout.trim();
  const { hypervisor } = await detect(openGuest('/'));
  assert.equal(hypervisor, wordsOfSystemd[word] ?? word);
});
