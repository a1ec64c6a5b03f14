/** Arming, promoting and taking back, in two entry files of ours and two variables of the firmware. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { bootLoaderOf } from '../../../../src/kernel/bootloaders/index.ts';
import { systemdBoot } from '../../../../src/kernel/bootloaders/systemd-boot/systemd-boot.ts';
import { installedKernels } from '../../../../src/kernel/installed.ts';
import { folderWith } from '../../../detect/folder.ts';
import { CLOUD, MAKER, UNIVERSAL } from '../grub/machine.ts';
import { ESP, entryPath, idOf, kernelOf, machine, ROOT_ARGS, variable, variablePath } from './machine.ts';

const NONCE = '0123456789abcdef';
const ONCE = variablePath('LoaderEntryOneShot');
const DEFAULT = variablePath('LoaderEntryDefault');

const booted = async (t: TestContext) => {
  const root = folderWith(t, {
    ...machine(),
    files: {
      ...machine().files,
      [`/usr/lib/modules/${CLOUD}/modules.dep`]: '',
      [`/usr/lib/modules/${UNIVERSAL}/modules.dep`]: '',
      '/etc/os-release': 'ID=debian\n',
    },
  });
  const guest = openGuest(root);
  const kernel = (await installedKernels(guest)).find(({ release }) => release === CLOUD);
  assert.ok(kernel);
  const entry = await systemdBoot.entry(guest, kernel);
  assert.ok(entry);
  const has = (path: string) => existsSync(root + path);
  const bytes = (path: string) => readFileSync(root + path);
  return { root, guest, kernel, entry, has, bytes };
};

/** What the loader does with a one-shot: the variable is gone before the entry starts (systemd-boot(7)). */
const spend = (root: string): void => rmSync(root + ONCE);

test('the vendor’s own entry is found by its version, and its files are copies of the installed ones', async t => {
  const { guest, entry, kernel } = await booted(t);
  assert.deepEqual([entry.kernel, entry.args], [kernelOf(CLOUD), ROOT_ARGS]);
  assert.equal(await systemdBoot.obstacle(guest, { kernel, entry, maker: MAKER }), null);
});

test('armed: the next boot is the trial, by a name that the loader deletes before it starts', async t => {
  const { root, guest, entry, bytes } = await booted(t);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(UNIVERSAL));
  await systemdBoot.arm(guest, entry, MAKER, NONCE);
  assert.deepEqual(bytes(ONCE), variable('enlighten-trial.conf', 7));
  assert.match(
    bytes(entryPath('enlighten-trial')).toString(),
    new RegExp(
      `^options ${ROOT_ARGS} enlighten.trial=${NONCE} panic=5 oops=panic .*systemd.watchdog_sec=\\d+ systemd.crash_reboot$`,
      'm',
    ),
  );
  const armed = { trial: 'armed', nonce: NONCE, proven: null, marked: true };
  assert.deepEqual(await systemdBoot.state(guest), armed);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(CLOUD));

  spend(root);
  assert.deepEqual(await systemdBoot.state(guest), { ...armed, trial: 'spent' });
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(UNIVERSAL));
  await systemdBoot.disarm(guest);
  assert.deepEqual(await systemdBoot.state(guest), { trial: null, nonce: null, proven: null, marked: true });
});

test('what ends a trial without a root file system comes before its initramfs, and goes with it', async t => {
  const { root, guest, entry, has, bytes } = await booted(t);
  mkdirSync(`${root}/usr/lib/enlighten`, { recursive: true });
  writeFileSync(`${root}/usr/lib/enlighten/trial.cpio`, 'archive');
  await systemdBoot.arm(guest, entry, MAKER, NONCE);
  const initrds = bytes(entryPath('enlighten-trial'))
    .toString()
    .split('\n')
    .filter(line => line.startsWith('initrd '));
  assert.deepEqual(initrds, ['initrd /enlighten-trial.cpio', `initrd ${entry.initrd}`]);
  assert.equal(bytes(`${ESP}/enlighten-trial.cpio`).toString(), 'archive');
  await systemdBoot.promote(guest, entry, MAKER);
  assert.doesNotMatch(bytes(entryPath('enlighten-proven')).toString(), /enlighten-trial/);
  assert.equal(has(`${ESP}/enlighten-trial.cpio`), false);
});

const firmwareVariable = (name: string) => `/sys/firmware/efi/efivars/${name}-8be4df61-93ca-11d2-aa0d-00e098032b8c`;

test('a trial whose files do not load: the firmware starts this loader once more, and nobody’s choice is lost', async t => {
  const { root, guest, entry, has, bytes } = await booted(t);
  const [current, next] = [firmwareVariable('BootCurrent'), firmwareVariable('BootNext')];
  writeFileSync(root + current, Buffer.from([6, 0, 0, 0, 3, 0]));
  await systemdBoot.arm(guest, entry, MAKER, NONCE);
  assert.deepEqual(bytes(next), Buffer.from([7, 0, 0, 0, 3, 0]));
  await systemdBoot.disarm(guest);
  assert.equal(has(next), false, 'nor does a trial that was taken back leave it');

  writeFileSync(root + next, Buffer.from([7, 0, 0, 0, 9, 0]));
  await systemdBoot.arm(guest, entry, MAKER, NONCE);
  await systemdBoot.disarm(guest);
  assert.deepEqual(bytes(next), Buffer.from([7, 0, 0, 0, 9, 0]), 'an administrator’s own');
});

test('promoted: the default of this machine’s firmware; a disk that moves leaves it behind', async t => {
  const { root, guest, entry, has, bytes } = await booted(t);
  await systemdBoot.arm(guest, entry, MAKER, NONCE);
  spend(root);
  const configuration = bytes(`${ESP}/loader/loader.conf`);
  await systemdBoot.promote(guest, entry, MAKER);
  assert.deepEqual(bytes(DEFAULT), variable('enlighten-proven.conf', 7));
  assert.doesNotMatch(bytes(entryPath('enlighten-proven')).toString(), /enlighten\.trial|panic=/);
  assert.equal(has(entryPath('enlighten-trial')), false);
  assert.equal((await systemdBoot.state(guest)).proven, kernelOf(CLOUD));
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(CLOUD));

  // Another machine's NVRAM knows nothing, and the file on the disk still names the universal kernel.
  assert.deepEqual(bytes(`${ESP}/loader/loader.conf`), configuration);
  rmSync(root + DEFAULT);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(UNIVERSAL));
  await systemdBoot.forget(guest);
  assert.equal(has(entryPath('enlighten-proven')), false);
});

test('a second kernel is promoted over the first', async t => {
  const { guest, entry } = await booted(t);
  await systemdBoot.promote(guest, entry, MAKER);
  await systemdBoot.promote(guest, { ...entry, kernel: kernelOf(UNIVERSAL) }, MAKER);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(UNIVERSAL));
});

test('undo: what was chosen before is chosen again, what somebody chose since stays', async t => {
  const { root, guest, entry, has, bytes } = await booted(t);
  const before = await systemdBoot.snapshot(guest);
  assert.deepEqual([before.path, before.bytes.length], [DEFAULT, 0]);
  await systemdBoot.promote(guest, entry, MAKER);
  const proven = await systemdBoot.snapshot(guest);
  await systemdBoot.restore(guest, before.bytes);
  assert.equal(has(DEFAULT), false);
  await systemdBoot.restore(guest, proven.bytes);
  assert.deepEqual(bytes(DEFAULT), proven.bytes);
  writeFileSync(root + DEFAULT, variable('theirs.conf'));
  await systemdBoot.restore(guest, proven.bytes);
  assert.deepEqual(bytes(DEFAULT), variable('theirs.conf'));
});

test('sealing: one exact default in the file, everything else of it kept, nothing of ours left', async t => {
  const { root, guest, entry, kernel, bytes, has } = await booted(t);
  writeFileSync(`${root}${ESP}/loader/loader.conf`, '#timeout\ntimeout 3\ndefault debian-*\nconsole-mode keep\n');
  await systemdBoot.promote(guest, entry, MAKER);
  assert.equal(await systemdBoot.sealable(guest), null);
  await systemdBoot.seal(guest, entry);
  const sealed = `default ${idOf(kernel.release)}[+.]*conf\n#timeout\ntimeout 3\nconsole-mode keep\n`;
  assert.equal(bytes(`${ESP}/loader/loader.conf`).toString(), sealed);
  assert.deepEqual([has(DEFAULT), has(entryPath('enlighten-proven'))], [false, false]);
});

test('a vendor who counts boots: sealed, the default is the entry with its counter, with another one, and without', async t => {
  const { root, guest, kernel } = await booted(t);
  const [plain, counted] = [entryPath(idOf(UNIVERSAL)), entryPath(`${idOf(UNIVERSAL)}+3`)];
  renameSync(root + plain, root + counted);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), null, 'a plain name is no longer one to the loader');
  assert.equal((await systemdBoot.refusal(guest))?.code, 'loader-unsealed');
  const universal = await systemdBoot.entry(guest, { ...kernel, release: UNIVERSAL });
  assert.ok(universal);
  await systemdBoot.seal(guest, universal);
  for (const now of [counted, entryPath(`${idOf(UNIVERSAL)}+2-1`), plain]) {
    if (now !== counted) renameSync(root + counted, root + now);
    assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), kernelOf(UNIVERSAL), now);
    assert.equal(await systemdBoot.refusal(guest), null);
    if (now !== plain && now !== counted) renameSync(root + now, root + counted);
  }
  const other = entryPath(`${idOf(UNIVERSAL)}-debug`);
  renameSync(root + plain, root + other);
  assert.equal(await systemdBoot.effectiveDefault(guest, MAKER), null, 'and no other entry');
});

test('it is known by the name it left, on a folder by its files; GRUB’s files speak for GRUB', async t => {
  const { root, guest } = await booted(t);
  assert.equal((await bootLoaderOf(guest)).name, 'systemd-boot');
  rmSync(root + variablePath('LoaderInfo'));
  assert.equal((await bootLoaderOf(guest)).name, 'systemd-boot');
  writeFileSync(root + variablePath('LoaderInfo'), variable('GRUB 2.12'));
  assert.equal((await bootLoaderOf(guest)).name, 'unknown', 'another loader, of which nothing is there');
  mkdirSync(`${root}/boot/grub`, { recursive: true });
  writeFileSync(`${root}/boot/grub/grub.cfg`, '');
  assert.equal((await bootLoaderOf(guest)).name, 'grub');
});
