import assert from 'node:assert/strict';
import { availableParallelism, totalmem } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockDevices } from '../../src/facts/block.ts';
import { cpus, parseCpuList } from '../../src/facts/cpus.ts';
import { memory } from '../../src/facts/memory.ts';
import { openGuest } from '../../src/guest/open.ts';
import { guestWith } from '../detect/folder.ts';
import { qemu } from '../detect/sysfs.ts';

test('disks carry the driver of their controller, and mapped ones none', async t => {
  const files = {
    ...qemu.files,
    '/sys/devices/pci0000:00/0000:00:04.0/virtio1/host2/target2:0:0/2:0:0:0/block/sda/queue/scheduler':
      'none [mq-deadline] kyber\n',
    '/sys/devices/pci0000:00/0000:00:04.0/virtio1/host2/target2:0:0/2:0:0:0/block/sda/queue/rotational': '1\n',
    '/sys/devices/pci0000:00/0000:00:04.0/virtio1/host2/target2:0:1/2:0:1:0/block/sr0/ro': '1\n',
    '/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1/queue/scheduler': '[none]\n',
  };
  assert.deepEqual(await blockDevices(guestWith(t, { ...qemu, files })), [
    { name: 'dm-0', driver: null, schedulers: [], rotational: false, readOnly: false },
    { name: 'nvme0n1', driver: 'nvme', schedulers: ['none'], rotational: false, readOnly: false },
    {
      name: 'sda',
      driver: 'virtio_scsi',
      schedulers: ['none', 'mq-deadline', 'kyber'],
      rotational: true,
      readOnly: false,
    },
    { name: 'sr0', driver: 'virtio_scsi', schedulers: [], rotational: false, readOnly: true },
  ]);
});

test('a list of processors names as many as it has', () => {
  assert.equal(parseCpuList('0-3,7'), 5);
  assert.equal(parseCpuList('0'), 1);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(4000), { minLength: 1, maxLength: 64 }), numbers => {
      const sorted = numbers.sort((a, b) => a - b);
      const ranges: [number, number][] = [];
      for (const number of sorted) {
        const last = ranges.at(-1);
        if (last && last[1] + 1 === number) last[1] = number;
        else ranges.push([number, number]);
      }
      const list = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
      assert.equal(parseCpuList(list), numbers.length);
    }),
  );
});

test('what is no list counts nothing, and a machine has at least one processor', async t => {
  for (const text of ['', 'none', '0-', '-3', '0-999999999', '3-1', '0;1']) assert.equal(parseCpuList(text), 0, text);
  fc.assert(fc.property(fc.string(), text => assert.ok(Number.isSafeInteger(parseCpuList(text)))));
  assert.equal(await cpus(guestWith(t, {})), 1);
  assert.equal(await cpus(guestWith(t, { files: { '/sys/devices/system/cpu/online': '0-1,4\n' } })), 3);
});

test('memory is told in bytes, or not at all', async t => {
  const meminfo = (text: string) => memory(guestWith(t, { files: { '/proc/meminfo': text } }));
  assert.equal(await meminfo('MemTotal:        2014248 kB\nMemFree: 1 kB\n'), 2014248 * 1024);
  for (const text of ['', 'MemTotal: lots kB\n', 'MemTotal: 99999999999999999999 kB\n']) {
    assert.equal(await meminfo(text), null, text);
  }
  assert.equal(await memory(guestWith(t, {})), null);
});

test('this machine agrees with itself', async () => {
  const guest = openGuest('/');
  assert.equal(await memory(guest), totalmem());
  assert.ok((await cpus(guest)) >= availableParallelism());
});
