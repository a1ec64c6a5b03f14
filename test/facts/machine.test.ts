import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { machineIdentity, runningRelease, smbiosStrings } from '../../src/facts/machine.ts';
import { openGuest } from '../../src/guest/open.ts';
import { dmiOf, folderWith, guestWith } from '../detect/folder.ts';

const uuid = 'ec4d1e5c-7d5e-4a33-9d2b-0d6a2f1b9c01';
const other = '11111111-2222-3333-4444-555555555555';
const rootOn = (device: string, type: string, source: string) => ({
  '/proc/self/mountinfo': `27 1 ${device} / / rw - ${type} ${source} rw\n`,
});

test('the root is known by what udev recorded about its device', async t => {
  const files = {
    ...rootOn('8:1', 'ext4', '/dev/sda1'),
    '/run/udev/data/b8:1': `N:sda1\nE:ID_FS_TYPE=ext4\nE:ID_FS_UUID=${uuid}\nE:ID_FS_UUID_ENC=${uuid}\n`,
    '/run/udev/data/b8:2': `E:ID_FS_UUID=${other}\n`,
    ...dmiOf({ product_uuid: '4C4C4544-0042-3510-8052-B4C04F4A3132' }),
  };
  assert.deepEqual(await machineIdentity(guestWith(t, { files })), {
    product: '4c4c4544-0042-3510-8052-b4c04f4a3132',
    root: uuid,
  });
});

test('on btrfs, by the device it was mounted from; and through the device mapper', async t => {
  const btrfs = {
    ...rootOn('0:31', 'btrfs', '/dev/mapper/vg-root'),
    '/dev/dm-0': '',
    '/sys/class/block/dm-0/dev': '253:0\n',
    '/run/udev/data/b253:0': `E:ID_FS_UUID=${uuid}\n`,
  };
  const guest = guestWith(t, { files: btrfs, links: { '/dev/mapper/vg-root': '../dm-0' } });
  assert.equal((await machineIdentity(guest)).root, uuid);
});

test('without a record of udev, by the links', async t => {
  const root = folderWith(t, {
    files: rootOn('8:17', 'xfs', '/dev/sdb1'),
    links: { [`/dev/disk/by-uuid/${uuid}`]: '../../sdb1', [`/dev/disk/by-uuid/${other}`]: '../../sdb2' },
  });
  mkdirSync(join(root, 'dev'), { recursive: true });
  try {
    execFileSync('mknod', [join(root, 'dev/sdb1'), 'b', '8', '17'], { stdio: 'ignore' });
    execFileSync('mknod', [join(root, 'dev/sdb2'), 'b', '8', '18'], { stdio: 'ignore' });
  } catch {
    return t.skip('device nodes cannot be made here');
  }
  assert.equal((await machineIdentity(openGuest(root))).root, uuid);
});

test('without either, by what the boot loader was told', async t => {
  const cmdline = (words: string) => machineIdentity(guestWith(t, { files: { '/proc/cmdline': `${words}\n` } }));
  assert.equal((await cmdline(`BOOT_IMAGE=/vmlinuz root=/dev/sda1 root=UUID=${uuid} ro`)).root, uuid);
  assert.equal((await cmdline('root=/dev/vda1 ro')).root, null);
  assert.equal((await cmdline('root=UUID=../../etc ro')).root, null);
});

test('unknown is null', async t => {
  assert.deepEqual(await machineIdentity(guestWith(t, {})), { product: null, root: null });
  assert.deepEqual(await smbiosStrings(guestWith(t, {})), { manufacturer: null, product: null });
  assert.equal(await runningRelease(guestWith(t, {})), null);
});

test('SMBIOS strings keep every byte but the newline of the kernel', async t => {
  const files = dmiOf({ sys_vendor: ' VMware, Inc. ', product_name: '  ' });
  assert.deepEqual(await smbiosStrings(guestWith(t, { files })), { manufacturer: ' VMware, Inc. ', product: '  ' });
});

test('SMBIOS strings that are not UTF-8 are unknown: they could not be compared', async t => {
  const files = { '/sys/class/dmi/id/sys_vendor': Buffer.from([0x41, 0xff, 0x0a]) };
  assert.equal((await smbiosStrings(guestWith(t, { files }))).manufacturer, null);
});

test('the running release of this machine', async () => {
  assert.equal(await runningRelease(openGuest('/')), execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim());
});
