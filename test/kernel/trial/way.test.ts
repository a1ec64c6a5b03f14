/** enlighten.reboot: every wish on every kind of machine, and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../../src/guest/open.ts';
import { diskLoaderOf } from '../../../src/kernel/bootloaders/index.ts';
import { chooseWay, type RebootWish } from '../../../src/kernel/trial/way.ts';
import { folderWith } from '../../detect/folder.ts';
import { blockOf, plainArgs } from '../bootloaders/grub/machine.ts';
import { cloudKernel, type Files, kexecFiles, machine, onLvm } from '../bootloaders/kexec/machine.ts';

const on = (type: string): Files => ({
  ...onLvm,
  '/proc/self/mountinfo': `22 1 0:22 / / rw - ${type} /dev/vda1 rw\n`,
});
const debian = { '/etc/init.d/kexec-load': '', '/etc/default/kexec': 'LOAD_KEXEC=true\n' };
const foreign = { ...kexecFiles, '/proc/cmdline': `${plainArgs}\n` };
const noTool = { '/sys/kernel/kexec_loaded': '1\n' };

/** The machine · auto · firmware · never · kexec. A way, or the code of a Notice; `+` where the loader keeps what is confirmed. */
const table: [name: string, files: Files, ...expected: string[]][] = [
  ['GRUB on ext4', machine().files, 'firmware+', 'firmware+', 'firmware+', 'kexec+'],
  [
    'GRUB on ext4, with our mark on the command line',
    machine({ '/proc/cmdline': String(onLvm['/proc/cmdline']) }).files,
    'firmware+',
    'firmware+',
    'firmware+',
    'kexec+',
  ],
  ['GRUB on LVM', machine(onLvm).files, 'kexec+', 'loader-block', 'loader-block', 'kexec+'],
  ['GRUB on btrfs', machine(on('btrfs')).files, 'kexec+', 'loader-block', 'loader-block', 'kexec+'],
  ['GRUB on ZFS', machine(on('zfs')).files, 'kexec+', 'loader-block', 'loader-block', 'kexec+'],
  [
    'GRUB on RAID',
    machine({ ...onLvm, '/sys/dev/block/254:1/md/level': 'raid1\n' }).files,
    'kexec+',
    'loader-block',
    'loader-block',
    'kexec+',
  ],
  [
    'GRUB on LVM that did not read custom.cfg',
    machine({
      ...onLvm,
      '/proc/cmdline': `BOOT_IMAGE=/v ${plainArgs}\n`,
      '/boot/grub/grubenv': blockOf('enlighten_mark=read-only'),
    }).files,
    'loader-block',
    'loader-block',
    'loader-block',
    'kexec',
  ],
  [
    'GRUB on LVM, no kexec',
    machine({ ...onLvm, ...noTool }).files,
    'loader-block',
    'loader-block',
    'loader-block',
    'kexec-taken',
  ],
  [
    'data=journal',
    machine({ '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw,data=journal\n' }).files,
    'loader-block',
    'loader-block',
    'loader-block',
    'kexec',
  ],
  [
    'an entry chosen once',
    machine({ '/boot/grub/grubenv': blockOf('enlighten_mark=1', 'next_entry=2') }).files,
    'loader-once',
    'loader-once',
    'loader-once',
    'kexec',
  ],
  ['an unknown loader', foreign, 'loader-unknown', 'loader-unknown', 'loader-unknown', 'kexec'],
  ['Debian’s LOAD_KEXEC', machine(debian).files, 'firmware+', 'firmware+', 'kexec-reboots', 'kexec+'],
];

const wishes: RebootWish[] = ['auto', 'firmware', 'never', 'kexec'];

for (const [name, files, ...expected] of table) {
  test(`${name}: ${expected.join(', ')}`, async t => {
    const guest = openGuest(folderWith(t, { files }));
    const disk = await diskLoaderOf(guest);
    const found = [];
    for (const wish of wishes) {
      const way = await chooseWay(guest, { disk, wish, kernel: cloudKernel });
      found.push('code' in way ? way.code : way.by + (way.kept ? '+' : ''));
      if (!('code' in way)) assert.ok(way.because.length > 10);
    }
    assert.deepEqual(found, expected);
  });
}

test('where neither the loader nor kexec can, auto says both', async t => {
  const guest = openGuest(folderWith(t, machine({ ...onLvm, '/proc/sys/kernel/kexec_load_disabled': '1\n' })));
  const refused = await chooseWay(guest, { disk: await diskLoaderOf(guest), wish: 'auto', kernel: cloudKernel });
  assert.ok('code' in refused);
  assert.match(refused.happened, /it lies on LVM.* \/proc\/sys\/kernel\/kexec_load_disabled: .*\(it is 1\)\.$/);
});

test('auto says what led it to kexec; where nothing keeps it, that every boot starts it', async t => {
  const lvm = openGuest(folderWith(t, machine(onLvm)));
  const disk = await diskLoaderOf(lvm);
  const way = await chooseWay(lvm, { disk, wish: 'auto', kernel: cloudKernel });
  assert.ok(!('code' in way));
  assert.match(way.because, /grubenv.*LVM/);
  const unknown = openGuest(folderWith(t, { files: foreign }));
  const always = await chooseWay(unknown, { disk, wish: 'kexec', kernel: cloudKernel });
  assert.ok(!('code' in always));
  assert.match(always.because, /every boot/);
  assert.deepEqual(always.entry, { kernel: cloudKernel.image, initrd: cloudKernel.initramfs, args: plainArgs });
});
