import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hypervisors } from '../../../src/detect/detection.ts';
import { orderFor } from '../../../src/ovfenv/transports/order.ts';
import { detection } from '../../profiles/world.ts';

const asked = (part: Parameters<typeof detection>[0] | null): string[] =>
  orderFor(part === null ? null : detection(part)).asking.map(({ transport }) => transport.name);

test('every hypervisor has an order: no transport twice, none both asked and left, each with its reason', () => {
  for (const hypervisor of hypervisors) {
    const { asking, leaving } = orderFor(detection({ hypervisor }));
    const names = asking.map(({ transport }) => transport.name);
    assert.ok(names.includes('iso'), hypervisor);
    assert.equal(new Set([...names, ...leaving]).size, names.length + leaving.length, hypervisor);
    for (const { because } of asking) assert.match(because, /\w/);
  }
});

test("QEMU's channels are asked on QEMU, and not on VMware or Hyper-V", () => {
  for (const hypervisor of ['kvm', 'qemu'] as const) {
    assert.deepEqual(asked({ hypervisor }).slice(0, 4), ['iso', 'fw_cfg', 'credential', 'smbios']);
  }
  for (const hypervisor of ['vmware', 'hyperv', 'virtualbox'] as const) {
    assert.ok(!asked({ hypervisor }).includes('fw_cfg'), hypervisor);
  }
});

test("Azure's disc is looked for first on Azure, last of the discs on Hyper-V, and nowhere else known", () => {
  assert.equal(asked({ hypervisor: 'hyperv', platform: 'azure' })[0], 'azure');
  const onHyperv = asked({ hypervisor: 'hyperv', platform: null });
  assert.ok(onHyperv.indexOf('iso') < onHyperv.indexOf('azure'));
  for (const hypervisor of ['kvm', 'vmware', 'xen', 'none'] as const) {
    assert.ok(!asked({ hypervisor }).includes('azure'), hypervisor);
    assert.ok(orderFor(detection({ hypervisor })).leaving.includes('azure'), hypervisor);
  }
});

test('what runs a program is asked on its own hypervisor alone, and never where nobody knows', () => {
  for (const [program, home] of Object.entries({ guestinfo: 'vmware', vbox: 'virtualbox' })) {
    for (const hypervisor of hypervisors) {
      if (hypervisor !== home) assert.ok(!asked({ hypervisor }).includes(program), hypervisor);
    }
    assert.ok(!asked(null).includes(program));
  }
});

test('a disc is read before a program is started for the same document', () => {
  assert.deepEqual(asked({ hypervisor: 'vmware' }).slice(0, 2), ['iso', 'guestinfo']);
});
