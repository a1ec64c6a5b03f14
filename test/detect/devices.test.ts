import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { classOf } from '../../src/detect/device-class.ts';
import { boundDevices, devices } from '../../src/detect/devices.ts';
import { openGuest } from '../../src/guest/open.ts';
import { guestWith } from './folder.ts';
import { mmio, qemu } from './sysfs.ts';

test('every device with a modalias, its driver, and what hangs on it', async t => {
  const found = await devices(guestWith(t, qemu));
  assert.deepEqual(
    found.map(({ bus, id, driver, class: kind, provides }) => [bus, id, driver, kind, provides.join()]),
    [
      ['acpi', 'ACPI0013:00', null, 'other', ''],
      ['pci', '0000:00:03.0', 'virtio-pci', 'network', 'ens3'],
      ['pci', '0000:00:04.0', 'virtio-pci', 'storage', 'sda,sr0'],
      ['pci', '0000:00:05.0', 'nvme', 'storage', 'nvme0n1'],
      ['platform', 'ACPI0013:00', 'acpi-ged', 'other', ''],
      ['scsi', '2:0:0:0', 'sd', 'storage', 'sda'],
      ['scsi', '2:0:1:0', 'sr', 'storage', 'sr0'],
      ['virtio', 'virtio0', 'virtio_net', 'network', 'ens3'],
      ['virtio', 'virtio1', 'virtio_scsi', 'storage', 'sda,sr0'],
    ],
  );
});

test('of two devices with one name, only the one above the disk provides it', async t => {
  const found = await devices(guestWith(t, mmio));
  assert.deepEqual(
    found.map(({ bus, class: kind, provides }) => [bus, kind, provides.join()]),
    [
      ['acpi', 'other', ''],
      ['platform', 'storage', 'vda'],
      ['virtio', 'storage', 'vda'],
    ],
  );
});

test('what a device is for is told from its modalias alone', () => {
  const kinds = {
    'pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01': 'storage',
    'pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00': 'network',
    'pci:v00008086d00001237sv00001AF4sd00001100bc06sc00i00': 'other',
    'virtio:d00000001v00001AF4': 'network',
    'virtio:d00000002v00001AF4': 'storage',
    'virtio:d00000005v00001AF4': 'other',
    'vmbus:635161f83edfc546913ff2d2f965ed0e': 'network',
    'vmbus:d96361baa104294db60572e2ffb1dc7f': 'storage',
    'vmbus:d34b2567b9b642b987780a4ec0b955bf': 'other',
    'xen:vif': 'network',
    'xen:vbd': 'storage',
    'xen:vkbd': 'other',
    'scsi:t-0x00': 'storage',
    'scsi:t-0x05': 'storage',
    'scsi:t-0x03': 'other',
    'usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip50in00': 'storage',
  };
  for (const [modalias, kind] of Object.entries(kinds)) assert.equal(classOf(modalias), kind, modalias);
});

test('the fingerprint does not see renumbering, and sees another driver', async t => {
  const found = await devices(guestWith(t, qemu));
  const lines = boundDevices(found);
  assert.ok(lines.split('\n').includes('virtio:virtio:d00000008v00001AF4:virtio_scsi'));
  assert.equal(lines.split('\n').length, 8);
  const renumbered = found.map((device, index) => ({ ...device, id: String(index) })).reverse();
  assert.equal(boundDevices(renumbered), lines);
  const rebound = found.map(device => (device.driver === 'nvme' ? { ...device, driver: 'vfio-pci' } : device));
  assert.notEqual(boundDevices(rebound), lines);
});

test('nothing on a folder without sysfs', async t => assert.deepEqual(await devices(guestWith(t, {})), []));

test('this machine: every PCI device is found, and its disks hang on some device', async () => {
  const found = await devices(openGuest('/'));
  const pci = readdirSync('/sys/bus').includes('pci') ? readdirSync('/sys/bus/pci/devices') : [];
  assert.deepEqual(
    found
      .filter(({ bus }) => bus === 'pci')
      .map(({ id }) => id)
      .sort(),
    pci.sort(),
  );
  const disks = readdirSync('/sys/block').filter(name => /^(vd|sd|xvd|nvme)/.test(name));
  for (const disk of disks)
    assert.ok(
      found.some(({ provides }) => provides.includes(disk)),
      disk,
    );
});
