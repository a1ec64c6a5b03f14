import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { devices } from '../../src/detect/devices.ts';
import { inventory } from '../../src/detect/inventory.ts';
import { type Contents, guestWith } from './folder.ts';
import { hyperv, kvm, vmware, xenPv } from './guests.ts';

/** Id of the device → its nature; `?` where that is unknown. */
const machines: Record<string, { guest: Contents; is: Record<string, string> }> = {
  'a KVM guest with hardware handed through': {
    guest: kvm,
    is: {
      '0000:00:03.0': 'paravirtual',
      virtio0: 'paravirtual',
      '2:0:0:0': 'paravirtual', // made by QEMU, behind virtio-scsi
      '2:0:1:0': 'paravirtual',
      '2:0:2:0': '?', // a real disk's name: handed through, or renamed
      '0000:00:05.0': 'passed-through',
      '0000:00:06.0': 'passed-through',
      '0000:00:07.0': 'emulated',
      '0000:00:08.0': 'emulated',
      '1-1:1.0': 'emulated',
    },
  },
  'a Hyper-V guest with accelerated networking': {
    guest: hyperv,
    is: {
      'f8b3781a-1e82-4818-a1c3-63d806ec15bb': 'paravirtual',
      '0:0:0:0': 'paravirtual',
      '0001:00:02.0': 'passed-through',
      '0001:00:03.0': 'passed-through', // by its bus: its ids are in no table
    },
  },
  'a VMware guest with a GPU': {
    guest: vmware,
    is: {
      '0000:00:00.0': 'emulated',
      '0000:00:0f.0': 'emulated',
      '0000:03:00.0': 'paravirtual',
      '0:0:0:0': 'paravirtual',
      '0000:0b:00.0': 'paravirtual',
      '0000:02:04.0': 'emulated',
      '3:0:0:0': 'emulated',
      '0000:13:00.0': 'passed-through',
    },
  },
  'a Xen PV guest with a card behind pcifront': {
    guest: xenPv,
    is: { 'vbd-51712': 'paravirtual', 'vif-0': 'paravirtual', '0000:00:00.0': 'passed-through' },
  },
};

for (const [name, { guest: contents, is }] of Object.entries(machines)) {
  test(name, async t => {
    const guest = guestWith(t, contents);
    const found = await inventory(guest, await detect(guest), await devices(guest));
    const natures = new Map(found.map(({ id, nature }) => [id, nature?.nature ?? '?']));
    assert.deepEqual(Object.fromEntries(Object.keys(is).map(id => [id, natures.get(id)])), is);
  });
}

test('a disk behind a paravirtual controller says so', async t => {
  const guest = guestWith(t, vmware);
  const found = await inventory(guest, await detect(guest), await devices(guest));
  const disk = found.find(({ id }) => id === '0:0:0:0');
  assert.equal(disk?.nature?.because, 'behind VMware paravirtual SCSI (pvscsi)');
});

test('the inventory keeps every device of the fingerprint, in its order', async t => {
  const guest = guestWith(t, kvm);
  const found = await devices(guest);
  const listed = await inventory(guest, await detect(guest), found);
  assert.deepEqual(
    listed.map(({ nature: _, ...device }) => device),
    found,
  );
});
