import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { systemdBoot } from '../../../../src/kernel/bootloaders/systemd-boot/systemd-boot.ts';
import { folderWith } from '../../../detect/folder.ts';
import { CLOUD, MAKER } from '../grub/machine.ts';
import { ESP, idOf, kernelOf, machine, noFeatures, variable, variablePath, without } from './machine.ts';

type Files = Record<string, string | Buffer>;
const plain = machine().files;
const mountinfo = (change: (text: string) => string): Files => ({
  ...plain,
  '/proc/self/mountinfo': change(String(plain['/proc/self/mountinfo'])),
});
const configured = (text: string): Files => ({ ...plain, [`${ESP}/loader/loader.conf`]: text });

test('nothing speaks against a machine that systemd-boot started', async t => {
  assert.equal(await systemdBoot.refusal(openGuest(folderWith(t, machine()))), null);
});

const faults: Record<string, [Files, string]> = {
  'a kernel given by the hypervisor': [without(variablePath('LoaderInfo')), 'loader-mark'],
  'another loader': [{ ...plain, [variablePath('LoaderInfo')]: variable('GRUB 2.12') }, 'loader-mark'],
  'no entry selected': [without(variablePath('LoaderEntrySelected')), 'loader-mark'],
  'a loader without one-shot': [{ ...plain, [variablePath('LoaderFeatures')]: noFeatures }, 'loader-variables'],
  'features of no meaning': [{ ...plain, [variablePath('LoaderFeatures')]: 'xx' }, 'loader-variables'],
  'no efivarfs': [mountinfo(text => text.replace(/.*efivarfs.*\n/, '')), 'loader-variables'],
  'efivarfs read-only': [mountinfo(text => text.replace('efivars rw', 'efivars ro')), 'loader-variables'],
  'no chattr': [without('/usr/bin/chattr'), 'loader-variables'],
  'the partition not mounted': [mountinfo(text => text.replace(/.*vfat.*\n/, '')), 'loader-esp'],
  'the partition read-only': [mountinfo(text => text.replace('vda2 rw', 'vda2 ro')), 'loader-esp'],
  'the partition of another disk': [{ ...plain, '/run/udev/data/b254:2': 'E:ID_PART_ENTRY_UUID=0\n' }, 'loader-esp'],
  'a partition nobody knows': [without('/run/udev/data/b254:2'), 'loader-esp'],
  'no default': [configured('timeout 3\n'), 'loader-unsealed'],
  'a pattern for a default': [configured('default debian-*\n'), 'loader-unsealed'],
  'the last one for a default': [configured('default @saved\n'), 'loader-unsealed'],
  'a default that is gone': [configured('default gone.conf\n'), 'loader-unsealed'],
  'an entry chosen once': [{ ...plain, [variablePath('LoaderEntryOneShot')]: variable('x.conf') }, 'loader-once'],
  'an entry chosen for good': [{ ...plain, [variablePath('LoaderEntryDefault')]: variable('x.conf') }, 'loader-chosen'],
};

for (const [name, [files, code]] of Object.entries(faults)) {
  test(`${name}: ${code}`, async t => {
    assert.equal((await systemdBoot.refusal(openGuest(folderWith(t, { files }))))?.code, code);
  });
}

const kernel = {
  release: CLOUD,
  flavour: 'cloud',
  universal: false,
  image: `/boot/vmlinuz-${CLOUD}`,
  initramfs: `/boot/initrd.img-${CLOUD}`,
  modules: `/usr/lib/modules/${CLOUD}`,
};
const entry = { kernel: kernelOf(CLOUD), initrd: '', args: '' };
const folder = kernelOf(CLOUD).replace(/linux$/, '');

for (const [name, files, code] of [
  ['another kernel on its partition', { [ESP + kernelOf(CLOUD)]: 'kernel 6.1.0-49-cloud-amd64' }, 'loader-copy'],
  ['an old initramfs there', { [`${ESP}${folder}initrd.img-${CLOUD}`]: 'INITRAMFS' }, 'loader-copy'],
  ['no entry for it', { [`${ESP}/loader/entries/${idOf(CLOUD)}.conf`]: 'efi /x.efi\n' }, 'loader-entry'],
] as const) {
  test(`${name}: ${code}`, async t => {
    const guest = openGuest(folderWith(t, { files: { ...plain, ...files } }));
    assert.equal((await systemdBoot.obstacle(guest, { kernel, entry, maker: MAKER }))?.code, code);
  });
}
