/** Arming, promoting and taking back: a block of ours, and a command for one boot at the end of the loader. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { trialWords } from '../../../../src/kernel/bootloaders/bootloader.ts';
import {
  formatVector,
  onceOf,
  readVector,
  setOnce,
} from '../../../../src/kernel/bootloaders/extlinux/auxiliary-data.ts';
import { extlinux } from '../../../../src/kernel/bootloaders/extlinux/extlinux.ts';
import { menuText } from '../../../../src/kernel/bootloaders/extlinux/installed.ts';
import { bootLoaderOf } from '../../../../src/kernel/bootloaders/index.ts';
import { seal } from '../../../../src/seal/seal.ts';
import { folderWith } from '../../../detect/folder.ts';
import { CLOUD, MAKER, plainArgs, UNIVERSAL } from '../grub/machine.ts';
import { BLOCK, CONFIG, CORE, coreWith, FOLDER, MODULES, machine, SOURCE, script, vendorMenu } from './machine.ts';

const NONCE = '0123456789abcdef';
const entry = { kernel: `/boot/vmlinuz-${CLOUD}`, initrd: `/boot/initrd.img-${CLOUD}`, args: plainArgs };
const universal = `/boot/vmlinuz-${UNIVERSAL}`;

const booted = (t: TestContext) => {
  const root = folderWith(t, machine());
  const guest = openGuest(root);
  const bytes = (path: string) => readFileSync(root + path);
  const once = async () => onceOf(await readVector(guest, CORE));
  return { root, guest, bytes, once };
};

/** What the loader does before it starts a command for one boot. */
const spend = (root: string): void => writeFileSync(root + CORE, coreWith(formatVector(new Map())));

test('the vendor’s own label is what is repeated', async t => {
  const { guest } = booted(t);
  assert.equal((await bootLoaderOf(guest)).name, 'extlinux');
  const kernel = { image: entry.kernel, release: CLOUD } as Parameters<typeof extlinux.entry>[1];
  assert.deepEqual(await extlinux.entry(guest, kernel), entry);
  assert.equal(await extlinux.obstacle(guest, { kernel, entry, maker: MAKER }), null);
  const nameless = { manufacturer: '', product: '' };
  assert.equal((await extlinux.obstacle(guest, { kernel, entry, maker: nameless }))?.code, 'loader-strings');
});

test('armed: the next boot is the trial, by a command that the loader takes away before it runs it', async t => {
  const { root, guest, once } = booted(t);
  assert.equal(await extlinux.effectiveDefault(guest, MAKER), universal);
  await extlinux.arm(guest, entry, MAKER, NONCE);
  assert.equal(await once(), 'enlighten-trial');
  const armed = { trial: 'armed', nonce: NONCE, proven: null, marked: true };
  assert.deepEqual(await extlinux.state(guest), armed);
  assert.equal(await extlinux.effectiveDefault(guest, MAKER), entry.kernel);
  assert.equal(await extlinux.effectiveDefault(guest, { ...MAKER, product: 'other' }), universal);
  spend(root);
  assert.deepEqual(await extlinux.state(guest), { ...armed, trial: 'spent' });
  assert.equal(await extlinux.effectiveDefault(guest, MAKER), universal);
});

test('a power cut between the two writes of arming leaves a trial that did not start', async t => {
  const { root, guest } = booted(t);
  await setOnce(guest, CORE, 'enlighten-trial');
  assert.equal(await extlinux.effectiveDefault(guest, MAKER), universal);
  spend(root);
  assert.deepEqual(await extlinux.state(guest), { trial: null, nonce: null, proven: null, marked: true });
});

test('promoted it is the default here alone; disarmed and forgotten nothing is left', async t => {
  const { guest, bytes, once } = booted(t);
  const [block, core] = [bytes(BLOCK), bytes(CORE)];
  await extlinux.arm(guest, entry, MAKER, NONCE);
  await extlinux.promote(guest, entry, MAKER);
  assert.equal(await once(), null);
  assert.equal(await extlinux.effectiveDefault(guest, MAKER), entry.kernel);
  assert.equal(await extlinux.effectiveDefault(guest, { ...MAKER, manufacturer: 'Other' }), universal);
  await extlinux.arm(guest, { ...entry, kernel: '/boot/vmlinuz-7' }, MAKER, NONCE);
  await extlinux.disarm(guest);
  assert.deepEqual([await once(), (await extlinux.state(guest)).proven], [null, entry.kernel]);
  await extlinux.forget(guest);
  assert.deepEqual(await extlinux.state(guest), { trial: null, nonce: null, proven: null, marked: true });
  await extlinux.arm(guest, entry, MAKER, NONCE);
  await extlinux.restore(guest, block);
  assert.deepEqual([bytes(BLOCK), bytes(CORE)], [block, core]);
});

test('sealing puts beside it what decides, and includes it last, once', async t => {
  const { root, guest, bytes } = booted(t);
  for (const name of [...MODULES, 'enlighten.lua', 'enlighten.conf', 'enlighten.cfg', 'enlighten.env']) {
    rmSync(`${root}${FOLDER}/${name}`);
  }
  writeFileSync(root + CONFIG, vendorMenu);
  writeFileSync(`${root}/usr/lib/enlighten/trial.cpio`, 'archive');
  await setOnce(guest, CORE, 'enlighten-trial');
  const everywhere = { kernel: universal, initrd: `/boot/initrd.img-${UNIVERSAL}`, args: plainArgs };
  for (const _ of [1, 2]) {
    assert.equal(await extlinux.sealable(guest), null);
    await extlinux.seal(guest, everywhere);
    assert.equal(bytes(CONFIG).toString(), `${vendorMenu}INCLUDE enlighten.conf\n`);
    assert.equal(bytes(`${FOLDER}/enlighten.conf`).toString(), menuText(UNIVERSAL));
    assert.equal(bytes(`${FOLDER}/enlighten-trial.cpio`).toString(), 'archive');
    for (const name of MODULES) assert.deepEqual(bytes(`${FOLDER}/${name}`), bytes(`${SOURCE}/${name}`));
    assert.equal(await extlinux.refusal(guest), null);
    assert.equal(await extlinux.effectiveDefault(guest, MAKER), universal);
  }
});

test('a menu that takes the choice for itself is named, and the image not sealed', async t => {
  const { root, guest } = booted(t);
  writeFileSync(root + CONFIG, `UI menu.c32\n${vendorMenu}`);
  assert.equal((await extlinux.sealable(guest))?.code, 'loader-include');
  const { problems } = await seal(guest);
  assert.ok(problems.some(({ code }) => code === 'loader-include'));
  assert.equal(existsSync(`${root}/var/lib/enlighten/sealed`), false);
});

test('GRUB’s menu on the same disk: the kernel knows who started it', async t => {
  const { root, guest } = booted(t);
  const file = (path: string, content: string) => guest.replace(path, content);
  await file('/boot/grub/grub.cfg', '');
  assert.equal((await bootLoaderOf(guest)).name, 'grub');
  await file('/proc/sys/kernel/bootloader_type', '52\n');
  assert.equal((await bootLoaderOf(guest)).name, 'extlinux');
  rmSync(`${root}/boot/grub/grub.cfg`);
  await file('/proc/sys/kernel/bootloader_type', '208\n');
  assert.equal((await bootLoaderOf(guest)).name, 'extlinux', 'after a kexec');
});

test('the words of a trial are those of every loader', () => {
  const words = trialWords('').split(' ').slice(1).join(' ');
  assert.ok(script.includes(`"${words}"`));
  const custom = readFileSync(new URL('../../../../packaging/grub/custom.cfg', import.meta.url), 'utf8');
  assert.ok(custom.includes(`enlighten.trial=$enlighten_nonce ${words};`));
});
