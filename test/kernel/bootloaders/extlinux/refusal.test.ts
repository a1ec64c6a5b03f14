import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { formatVector } from '../../../../src/kernel/bootloaders/extlinux/auxiliary-data.ts';
import { extlinux } from '../../../../src/kernel/bootloaders/extlinux/extlinux.ts';
import { folderWith } from '../../../detect/folder.ts';
import { BLOCK, CONFIG, CORE, coreWith, FOLDER, machine, SOURCE, vendorMenu } from './machine.ts';

type Files = Record<string, string | Buffer>;

test('nothing speaks against a machine that our script started', async t => {
  const guest = openGuest(folderWith(t, machine()));
  assert.deepEqual([await extlinux.refusal(guest), await extlinux.unkept(guest)], [null, null]);
});

test('nor where the package is gone that the modules came from', async t => {
  const root = folderWith(t, machine());
  rmSync(root + SOURCE, { recursive: true });
  assert.equal(await extlinux.refusal(openGuest(root)), null);
});

const once = formatVector(new Map([[1, Buffer.from('memtest')]]));

const faults: Record<string, [Files | ((root: string) => void), code: string, kept?: true]> = {
  'not sealed': [root => rmSync(`${root}${FOLDER}/enlighten.cfg`), 'loader-unsealed'],
  'no block': [root => rmSync(root + BLOCK), 'loader-unknown'],
  'garbage for a block': [{ [BLOCK]: Buffer.alloc(1024, 'x') }, 'loader-block'],
  btrfs: [{ '/proc/self/mountinfo': '22 1 0:20 / / rw - btrfs /dev/vda1 rw\n' }, 'loader-block', true],
  LVM: [{ '/sys/dev/block/254:1/dm/name': 'vg-root\n' }, 'loader-block', true],
  'a loader without its vector': [{ [CORE]: coreWith(Buffer.alloc(1024)) }, 'loader-block', true],
  'no loader': [root => rmSync(root + CORE), 'loader-block', true],
  'no chattr': [root => rmSync(`${root}/usr/bin/chattr`), 'loader-block', true],
  'a command an administrator chose': [{ [CORE]: coreWith(once) }, 'loader-once', true],
  'ours not included': [{ [CONFIG]: vendorMenu }, 'loader-include'],
  'ours not last': [{ [CONFIG]: `INCLUDE enlighten.conf\n${vendorMenu}` }, 'loader-include'],
  'a module gone': [root => rmSync(`${root}${FOLDER}/dmi.c32`), 'loader-script'],
  'a newer Syslinux installed': [{ [`${SOURCE}/lua.c32`]: 'newer' }, 'loader-script'],
  'another script': [{ [`${FOLDER}/enlighten.lua`]: '' }, 'loader-script'],
  'another menu of ours': [{ [`${FOLDER}/enlighten.conf`]: 'DEFAULT x\n' }, 'loader-script'],
  'the universal label gone': [{ [CONFIG]: 'INCLUDE enlighten.conf\n' }, 'loader-script'],
  'another start than ours': [{ '/proc/cmdline': 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1\n' }, 'loader-mark'],
};

for (const [name, [fault, code, kept]] of Object.entries(faults)) {
  test(`${name}: ${code}${kept ? ', and yet it could be kept' : ''}`, async t => {
    const { files, ...rest } = machine();
    const root = folderWith(t, { ...rest, files: { ...files, ...(typeof fault === 'function' ? {} : fault) } });
    if (typeof fault === 'function') fault(root);
    const guest = openGuest(root);
    assert.equal((await extlinux.refusal(guest))?.code, code);
    assert.equal((await extlinux.unkept(guest))?.code, kept ? undefined : code);
  });
}
