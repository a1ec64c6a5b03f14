import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { isBlocked } from '../../src/kernel/blocked.ts';
import { coverage } from '../../src/kernel/coverage.ts';
import { moduleDatabase } from '../../src/kernel/modules.ts';
import { device, devices, MODULES, machine, put, runningKernel } from './machine.ts';

const GENERIC = '6.1.0-50-amd64';
const E1000 = 'pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00';
const AHCI = 'pci:v00008086d00002922sv00001AF4sd00001100bc01sc06i01';
const PIIX = 'pci:v00008086d00007010sv00001AF4sd00001100bc01sc01i80';
const SMBUS = 'pci:v00008086d00007113sv00001AF4sd00001100bc06sc80i00';

const NVME = 'pci:v00001B36d00000010sv00001AF4sd00001100bc01sc08i02';

const databases = async (builtin = '') => {
  const root = machine();
  put(root, `/lib/modules/${GENERIC}/modules.builtin`, builtin);
  runningKernel(root, GENERIC, {
    ...(builtin.includes('nvme') ? {} : { 'pci:v*d*sv*sd*bc01sc08i02*': 'nvme' }),
    'pci:v00008086d0000100Esv*sd*bc*sc*i*': 'e1000',
    'pci:v*d*sv*sd*bc01sc06i01*': 'ahci',
    'pci:v00008086d00007010sv*sd*bc*sc*i*': 'ata_piix',
    'pci:v*d*sv*sd*bc01sc01i*': 'pata_acpi',
    'pci:v00008086d00007113sv*sd*bc*sc*i*': 'i2c_piix4',
  });
  const guest = openGuest(root);
  const [target, running] = [
    await moduleDatabase(guest, MODULES),
    await moduleDatabase(guest, `/lib/modules/${GENERIC}`),
  ];
  assert.ok(!isBlocked(target) && !isBlocked(running));
  return { target, running };
};

test('virtio devices are covered', async () => {
  const { target, running } = await databases();
  assert.deepEqual(coverage(devices, target, running, []), { missing: [], lost: [] });
});

test('a network card or disk controller without driver is missing, another device is lost', async () => {
  const { target, running } = await databases();
  const e1000 = device('0000:00:03.0', E1000, 'e1000', { class: 'network' });
  const ahci = device('0000:00:1f.2', AHCI, 'ahci', { class: 'storage', provides: ['sda', 'sr0'] });
  const smbus = device('0000:00:01.3', SMBUS, 'piix4_smbus');
  assert.deepEqual(coverage([...devices, e1000, ahci, smbus], target, running, []), {
    missing: [e1000, ahci],
    lost: [smbus],
  });
});

test('a device without bound driver is not in use', async () => {
  const { target, running } = await databases();
  const idle = device('0000:00:03.0', E1000, '', { class: 'network', driver: null });
  assert.deepEqual(coverage([idle], target, running, []), { missing: [], lost: [] });
});

test('the device the environment came from counts as in use, by any of its names', async () => {
  const { target, running } = await databases();
  const odd = device('0:0:0:0', SMBUS, 'sr', { provides: ['sr0'] });
  for (const name of ['0:0:0:0', 'sr', 'sr0'])
    assert.deepEqual(coverage([odd], target, running, [name]).missing, [odd]);
  assert.deepEqual(coverage([odd], target, running, ['sr1']).missing, []);
});

test('another module that also claims the device does not replace the bound one', async () => {
  const { target, running } = await databases();
  const ide = device('0000:00:01.1', PIIX, 'ata_piix', { class: 'storage' });
  assert.deepEqual(coverage([ide], target, running, []).missing, [ide]);
});

test('a driver that is compiled in publishes no aliases: the same driver is there', async () => {
  const nvme = device('0000:00:03.0', NVME, 'nvme', { class: 'storage', provides: ['nvme0n1'] });
  const file = await databases();
  assert.deepEqual(coverage([nvme], file.target, file.running, []).missing, [], 'here a file, there compiled in');
  const inBoth = await databases('kernel/drivers/nvme/host/nvme.ko\nkernel/drivers/block/xen-blkfront.ko\n');
  assert.deepEqual(coverage([nvme], inBoth.target, inBoth.running, []).missing, [], 'compiled into both');
  assert.deepEqual(coverage([nvme], inBoth.target, null, []).missing, [nvme], 'nothing says that it is this driver');
  const xen = device('vbd-51712', 'xen:vbd', 'vbd', { class: 'storage', provides: ['xvda'] });
  assert.deepEqual(coverage([xen], inBoth.target, inBoth.running, []).missing, [xen], 'compiled in here alone');
  assert.deepEqual(coverage([xen], inBoth.running, inBoth.running, []).missing, [], 'by its module’s name');
});

test('a driver no table knows, not even the running kernel, is not held against it', async () => {
  const { target, running } = await databases();
  const serial = device('serial8250', 'platform:serial8250', 'serial8250');
  assert.deepEqual(coverage([serial], target, running, []), { missing: [], lost: [] });
  assert.deepEqual(coverage([serial], target, null, []).lost, [serial]);
});
