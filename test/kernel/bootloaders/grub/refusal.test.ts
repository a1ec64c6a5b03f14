import assert from 'node:assert/strict';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { grub } from '../../../../src/kernel/bootloaders/grub/grub.ts';
import { folderWith } from '../../../detect/folder.ts';
import { blockOf, grubCfg, machine } from './machine.ts';

type Files = Record<string, string | Buffer>;
const GRUBENV = '/boot/grub/grubenv';
const mounted = (rest: string): Files => ({ '/proc/self/mountinfo': `22 1 254:1 / / rw - ${rest}\n` });

test('nothing speaks against a machine that its own GRUB booted', async t => {
  assert.equal(await grub.refusal(openGuest(folderWith(t, machine()))), null);
});

const faults: Record<string, [Files | ((root: string) => void), string]> = {
  'no block': [root => rmSync(root + GRUBENV), 'loader-unknown'],
  'an empty block': [{ [GRUBENV]: '' }, 'loader-block'],
  'a block of another size': [{ [GRUBENV]: Buffer.alloc(2048, '#') }, 'loader-block'],
  'a sparse block': [
    root => {
      rmSync(root + GRUBENV);
      writeFileSync(root + GRUBENV, '');
      truncateSync(root + GRUBENV, 1024);
    },
    'loader-block',
  ],
  'garbage for a block': [{ [GRUBENV]: Buffer.alloc(1024, 'x') }, 'loader-block'],
  'no mounts known': [{ '/proc/self/mountinfo': '' }, 'loader-block'],
  xfs: [mounted('xfs /dev/vda1 rw'), 'loader-block'],
  btrfs: [mounted('btrfs /dev/vda1 rw'), 'loader-block'],
  'data=journal': [mounted('ext4 /dev/vda1 rw,data=journal'), 'loader-block'],
  'a /boot of its own on xfs': [
    { '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 22 254:2 / /boot rw - xfs /dev/vda2 rw\n' },
    'loader-block',
  ],
  LVM: [{ '/sys/dev/block/254:1/dm/name': 'vg-root\n' }, 'loader-block'],
  RAID: [{ '/sys/dev/block/254:1/md/level': 'raid1\n' }, 'loader-block'],
  'no custom.cfg': [root => rmSync(`${root}/boot/grub/custom.cfg`), 'loader-custom'],
  "an administrator's custom.cfg": [{ '/boot/grub/custom.cfg': 'menuentry x {\n}\n' }, 'loader-custom'],
  'our custom.cfg cut short': [{ '/boot/grub/custom.cfg': '' }, 'loader-custom'],
  'no grub.cfg': [root => rmSync(`${root}/boot/grub/grub.cfg`), 'loader-unknown'],
  'a later default': [{ '/boot/grub/grub.cfg': grubCfg(undefined, 'set default="2"\n') }, 'loader-order'],
  'not sealed': [root => rmSync(`${root}/boot/grub/enlighten.cfg`), 'loader-unsealed'],
  'no mark': [{ [GRUBENV]: blockOf('enlighten_seq=1', 'enlighten_mark=0', 'enlighten_end=1') }, 'loader-mark'],
  'a kernel given by the hypervisor': [{ '/proc/cmdline': 'root=/dev/vda1 ro\n' }, 'loader-mark'],
  'a count of boots': [{ [GRUBENV]: blockOf('enlighten_mark=1', 'boot_counter=2') }, 'loader-counted'],
  'an entry chosen once': [{ [GRUBENV]: blockOf('enlighten_mark=1', 'next_entry=2') }, 'loader-once'],
};

for (const [name, [fault, code]] of Object.entries(faults)) {
  test(`${name}: ${code}`, async t => {
    const { files, ...rest } = machine();
    const root = folderWith(t, { ...rest, files: { ...files, ...(typeof fault === 'function' ? {} : fault) } });
    if (typeof fault === 'function') fault(root);
    assert.equal((await grub.refusal(openGuest(root)))?.code, code);
  });
}
