import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { devicesInUse } from '../../src/facts/inventory.ts';
import { openGuest } from '../../src/guest/open.ts';
import { type Contents, folderWith } from '../detect/folder.ts';
import { joined, kvm, xenPv } from '../detect/guests.ts';
import { document, makeDisc } from '../ovfenv/fixture.ts';

/** Id of each device on which something depends → what. */
const needed = async (t: TestContext, contents: Contents): Promise<Record<string, string>> => {
  const guest = openGuest(folderWith(t, contents));
  const found = await devicesInUse(guest, await detect(guest));
  return Object.fromEntries(
    found
      .filter(({ neededBy }) => neededBy.length > 0)
      .map(({ id, neededBy }) => [id, neededBy.map(({ by, what }) => `${by} ${what}`).join(', ')]),
  );
};

test('root and swap on LVM, /boot, data, addresses through a bridge, and the drive with the environment', async t => {
  const disc = readFileSync(makeDisc(t, { 'ovf-env.xml': document }));
  const disk = 'root /, boot /boot, swap /dev/dm-1';
  const nic = 'address 192.0.2.10, address 2001:db8::10';
  const drive = 'environment /dev/sr0:/ovf-env.xml';
  assert.deepEqual(await needed(t, joined(kvm, { files: { '/dev/sr0': disc } })), {
    '0000:00:03.0': nic,
    virtio0: nic,
    '0000:00:04.0': `${disk}, ${drive}`,
    virtio1: `${disk}, ${drive}`,
    '2:0:0:0': disk,
    '2:0:1:0': drive,
    '0000:00:05.0': 'mount /srv/data base',
    '0000:00:06.0': 'address 198.51.100.5, configured DHCP',
  });
});

test('a Xen guest, with a swap file on its root', async t => {
  assert.deepEqual(await needed(t, xenPv), { 'vbd-51712': 'root /, swap /swap file' });
});

test('on this machine the root hangs on some device, unless it has no disk', async t => {
  const guest = openGuest('/');
  const found = await devicesInUse(guest, await detect(guest));
  const root = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .findLast(line => line.split(' ')[4] === '/');
  if (root === undefined || / 0:\d+ /.test(root)) return t.skip('the root has no device number of its own');
  assert.ok(found.some(({ neededBy }) => neededBy.some(({ by }) => by === 'root')));
});
