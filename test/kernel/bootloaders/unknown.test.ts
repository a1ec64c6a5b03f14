/** A boot loader the agent does not speak to: named, told nothing, and no hindrance where kexec starts every boot. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../../src/guest/open.ts';
import { bootLoaderOf } from '../../../src/kernel/bootloaders/index.ts';
import { seal } from '../../../src/seal/seal.ts';
import { folderWith } from '../../detect/folder.ts';
import { UNIVERSAL } from './grub/machine.ts';

const files = {
  '/boot/extlinux/extlinux.conf': 'DEFAULT linux\n',
  [`/boot/vmlinuz-${UNIVERSAL}`]: 'kernel',
  [`/boot/initrd.img-${UNIVERSAL}`]: 'initramfs',
  [`/usr/lib/modules/${UNIVERSAL}/modules.dep`]: '',
  '/etc/os-release': 'ID=debian\n',
  '/var/lib/enlighten/kexec.json': '{}',
};

test('it is named where it is refused', async t => {
  const guest = openGuest(folderWith(t, { files }));
  const loader = await bootLoaderOf(guest);
  const refused = await loader.refusal(guest);
  assert.deepEqual(
    [loader.name, refused?.code, refused?.subject],
    ['unknown', 'loader-unknown', '/boot/extlinux/extlinux.conf'],
  );
});

test('an image with it is sealed only where its vendor says kexec; what one machine was to start is forgotten', async t => {
  const without = openGuest(folderWith(t, { files }));
  assert.deepEqual(
    (await seal(without)).problems.map(({ code }) => code),
    ['loader-unknown'],
  );
  const root = folderWith(t, { files: { ...files, '/etc/enlighten/enlighten.yaml': 'reboot: kexec\n' } });
  const sealed = await seal(openGuest(root));
  assert.deepEqual([sealed.problems, sealed.universal], [[], UNIVERSAL]);
  assert.deepEqual(
    [existsSync(`${root}/var/lib/enlighten/sealed`), existsSync(`${root}/var/lib/enlighten/kexec.json`)],
    [true, false],
  );
});
