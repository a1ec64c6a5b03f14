import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { isBlocked } from '../../src/kernel/blocked.ts';
import { type RootChain, rootChain } from '../../src/kernel/rootchain.ts';
import { bound, disk, freshFolder, linkTo, machine, put } from './machine.ts';

const chainOf = async (root: string): Promise<RootChain> => {
  const found = await rootChain(openGuest(root));
  assert.ok(!isBlocked(found), isBlocked(found) ? found.blocked.happened : '');
  return found;
};

const whyNot = async (root: string): Promise<string> => {
  const found = await rootChain(openGuest(root));
  return isBlocked(found) ? `${found.blocked.code}: ${found.blocked.happened}` : 'traced';
};

const mounted = (root: string, line: string) => put(root, '/proc/self/mountinfo', `${line}\n`);
const drivers = ({ devices }: RootChain) => devices.map(({ driver }) => driver);
const VDA = '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1';

/** A device mapper device on others. */
const mapped = (root: string, name: string, uuid: string, label: string, below: string[]): string => {
  const path = `/sys/devices/virtual/block/${name}`;
  put(root, `${path}/dm/uuid`, `${uuid}\n`);
  put(root, `${path}/dm/name`, `${label}\n`);
  for (const slave of below) linkTo(root, `${path}/slaves/${slave.slice(slave.lastIndexOf('/') + 1)}`, slave);
  return path;
};

test('a partition of a virtio disk', async () => {
  const chain = await chainOf(machine());
  assert.deepEqual(chain.layers, []);
  assert.deepEqual(chain.devices, [
    { id: 'virtio1', modalias: 'virtio:d00000002v00001AF4', driver: 'virtio_blk' },
    { id: '0000:00:04.0', modalias: 'pci:v00001AF4d00001001sv00001AF4sd00000002bc01sc00i00', driver: 'virtio-pci' },
  ]);
  assert.equal(chain.mount.type, 'ext4');
});

test('LVM on LUKS on a partition', async () => {
  const root = machine();
  const crypt = mapped(root, 'dm-0', 'CRYPT-LUKS2-abc-vda1_crypt', 'vda1_crypt', [VDA]);
  linkTo(root, '/sys/dev/block/253:1', mapped(root, 'dm-1', 'LVM-abcdef', 'vg-root', [crypt]));
  mounted(root, '22 1 253:1 / / rw - xfs /dev/mapper/vg-root rw');
  const chain = await chainOf(root);
  assert.deepEqual(
    chain.layers.map(({ name, kind, module }) => [name, kind, module]),
    [
      ['vg-root', 'dm', 'dm_mod'],
      ['vda1_crypt', 'crypt', 'dm_crypt'],
    ],
  );
  assert.deepEqual(drivers(chain), ['virtio_blk', 'virtio-pci']);
});

test('md over two controllers', async () => {
  const root = machine();
  const ahci = '/sys/devices/pci0000:00/0000:00:1f.2';
  bound(root, ahci, 'pci', 'ahci', 'pci:v00008086d00002922sv0sd0bc01sc06i01');
  const other = disk(root, `${ahci}/ata1/host0/target0:0:0/0:0:0:0`, 'sda', '8:1');
  const md = '/sys/devices/virtual/block/md0';
  put(root, `${md}/md/level`, 'raid1\n');
  for (const member of [VDA, other]) linkTo(root, `${md}/slaves/${member.split('/').at(-1)}`, member);
  linkTo(root, '/sys/dev/block/9:0', md);
  mounted(root, '22 1 9:0 / / rw - ext4 /dev/md0 rw');
  const chain = await chainOf(root);
  assert.deepEqual(chain.layers, [{ device: 'md0', name: 'md0', kind: 'md', module: 'md-raid1' }]);
  assert.deepEqual(drivers(chain).sort(), ['ahci', 'virtio-pci', 'virtio_blk']);
});

test('btrfs has no device number: through its source, and all its members', async () => {
  const root = machine();
  put(root, '/dev/vda1', '');
  mounted(root, '22 1 0:25 /@ / rw - btrfs /dev/vda1 rw');
  assert.deepEqual(drivers(await chainOf(root)), ['virtio_blk', 'virtio-pci']);
  const nvme = '/sys/devices/pci0000:00/0000:00:05.0';
  bound(root, nvme, 'pci', 'nvme', 'pci:v00001B36d00000010sv0sd0bc01sc08i02');
  disk(root, `${nvme}/nvme/nvme0`, 'nvme0n1', '259:1');
  for (const member of ['vda1', 'nvme0n11']) put(root, `/sys/fs/btrfs/aaaa/devices/${member}`, '');
  assert.deepEqual(drivers(await chainOf(root)).sort(), ['nvme', 'virtio-pci', 'virtio_blk']);
});

test('an NVMe disk behind native multipath', async () => {
  const root = machine();
  const controller = '/sys/devices/pci0000:00/0000:00:05.0';
  bound(root, controller, 'pci', 'nvme', 'pci:v00001B36d00000010sv0sd0bc01sc08i02');
  put(root, `${controller}/nvme/nvme0/model`, 'x');
  const subsystem = '/sys/devices/virtual/nvme-subsystem/nvme-subsys0';
  linkTo(root, `${subsystem}/nvme0`, `${controller}/nvme/nvme0`);
  put(root, `${subsystem}/nvme0n1/nvme0n1p1/partition`, '1');
  linkTo(root, '/sys/dev/block/259:1', `${subsystem}/nvme0n1/nvme0n1p1`);
  mounted(root, '22 1 259:1 / / rw - ext4 /dev/nvme0n1p1 rw');
  assert.deepEqual(drivers(await chainOf(root)), ['nvme']);
});

test('the last mount on / counts, and mount points with spaces are no obstacle', async () => {
  const root = machine();
  const lines = [
    '1 1 0:1 / / rw - rootfs rootfs rw',
    '22 1 254:1 / / rw - ext4 /dev/vda1 rw',
    '30 22 8:9 / /a\\040b rw - xfs x rw',
  ];
  mounted(root, lines.join('\n'));
  assert.equal((await chainOf(root)).mount.type, 'ext4');
});

test('what cannot be followed to a driver is a Notice', async () => {
  const root = machine();
  for (const line of [
    '22 1 0:40 / / rw - overlay overlay rw',
    '22 1 0:50 / / rw - nfs4 server:/export rw',
    '22 1 7:0 / / rw - ext4 /dev/loop0 rw',
    'garbage',
    '',
  ]) {
    mounted(root, line);
    assert.match(await whyNot(root), /^root-untraceable: /, line);
  }
  put(root, '/sys/devices/virtual/block/loop0/size', '1');
  linkTo(root, '/sys/dev/block/7:0', '/sys/devices/virtual/block/loop0');
  mounted(root, '22 1 7:0 / / rw - ext4 /dev/loop0 rw');
  assert.match(await whyNot(root), /loop0 has no driver/);
  assert.match(await whyNot(freshFolder()), /^root-untraceable: /);
});

test('a member that is gone, or members without end, spoil the chain', async () => {
  const root = machine();
  const mirror = mapped(root, 'dm-0', 'LVM-a', 'vg-root', [VDA, '/sys/devices/virtual/block/gone']);
  linkTo(root, '/sys/dev/block/253:0', mirror);
  mounted(root, '22 1 253:0 / / rw - ext4 /dev/dm-0 rw');
  assert.match(await whyNot(root), /dm-0 has no driver/);
  for (let n = 1; n < 300; n += 1) {
    mapped(root, `dm-${n}`, 'LVM-a', `vg-${n}`, [n < 299 ? `/sys/devices/virtual/block/dm-${n + 1}` : VDA]);
  }
  linkTo(root, '/sys/dev/block/253:1', '/sys/devices/virtual/block/dm-1');
  mounted(root, '22 1 253:1 / / rw - ext4 /dev/dm-1 rw');
  assert.match(await whyNot(root), /^root-untraceable: /);
});

test('one member without a driver spoils the chain, and a circle of slaves ends', async () => {
  const root = machine();
  put(root, '/sys/devices/virtual/block/loop0/size', '1');
  const one = mapped(root, 'dm-0', 'LVM-a', 'vg-root', [VDA, '/sys/devices/virtual/block/loop0']);
  linkTo(root, '/sys/dev/block/253:0', one);
  mounted(root, '22 1 253:0 / / rw - ext4 /dev/dm-0 rw');
  assert.match(await whyNot(root), /loop0 has no driver/);
  const circle = mapped(root, 'dm-2', 'LVM-b', 'vg-loop', ['/sys/devices/virtual/block/dm-3']);
  mapped(root, 'dm-3', 'LVM-c', 'vg-back', [circle]);
  linkTo(root, '/sys/dev/block/253:2', circle);
  mounted(root, '22 1 253:2 / / rw - ext4 /dev/dm-2 rw');
  assert.match(await whyNot(root), /has no driver/);
});
