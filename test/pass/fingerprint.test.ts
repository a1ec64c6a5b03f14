import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { grub } from '../../src/kernel/bootloaders/grub/grub.ts';
import { asAtBoot, fingerprint } from '../../src/pass/fingerprint.ts';
import { bootSeen } from '../../src/pass/seen.ts';
import { put } from '../kernel/machine.ts';
import { appliance, powerOn } from './appliance.ts';

const fingerprintOf = async (root: string): Promise<string> => {
  const guest = openGuest(root);
  const seen = await bootSeen(guest, grub);
  return fingerprint(guest, { seen, hypervisor: 'kvm', sealed: true, environment: null, remarks: [] });
};

test('a device that was let go after the boot is there again at the next one; a file that changed has changed', async () => {
  const root = appliance();
  powerOn(root, 'b1');
  const atBoot = await fingerprintOf(root);
  rmSync(`${root}/sys/bus/virtio/devices/virtio1`);
  put(root, '/etc/sysctl.d/admin.conf', 'vm.swappiness=1\n');
  const later = await fingerprintOf(root);
  const recorded = asAtBoot(later, atBoot);
  assert.notEqual(recorded, later, 'the device is gone');
  assert.notEqual(recorded, atBoot, 'the file is new');
  rmSync(`${root}/etc/sysctl.d/admin.conf`);
  assert.equal(asAtBoot(await fingerprintOf(root), atBoot), atBoot);
});

test('where nothing was recorded, or by an older agent, it is what it is', () => {
  assert.equal(asAtBoot('ab', ''), 'ab');
  assert.equal(asAtBoot('abcd', 'ab'), 'abcd');
});
