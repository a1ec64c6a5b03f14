/** A trial by kexec, and the loader beside it that keeps what was confirmed. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Ran, WritableGuest } from '../../../../src/guest/guest.ts';
import { openGuest } from '../../../../src/guest/open.ts';
import { grub } from '../../../../src/kernel/bootloaders/grub/grub.ts';
import { bootLoaderOf } from '../../../../src/kernel/bootloaders/index.ts';
import { rebootsByKexec, throughFirmware } from '../../../../src/kernel/bootloaders/kexec/firmware.ts';
import { byKexec, jump } from '../../../../src/kernel/bootloaders/kexec/kexec.ts';
import { RECORD, readRecord } from '../../../../src/kernel/bootloaders/kexec/record.ts';
import { folderWith } from '../../../detect/folder.ts';
import { put } from '../../machine.ts';
import { CLOUD, MAKER, plainArgs, UNIVERSAL } from '../grub/machine.ts';
import { cloudKernel, machine, onLvm } from './machine.ts';

const NONCE = '0123456789abcdef';
const entry = { kernel: `/boot/vmlinuz-${CLOUD}`, initrd: `/boot/initrd.img-${CLOUD}`, args: plainArgs };

const booted = (t: TestContext) => {
  const root = folderWith(t, machine(onLvm));
  return { root, guest: openGuest(root), block: () => readFileSync(`${root}/boot/grub/grubenv`) };
};

test('armed and started without one byte written to the loader', async t => {
  const { root, guest, block } = booted(t);
  const before = block();
  await byKexec(grub, cloudKernel).arm(guest, entry, MAKER, NONCE);
  const loader = await bootLoaderOf(guest);
  assert.deepEqual([(await loader.state(guest)).trial, (await loader.state(guest)).nonce], ['armed', NONCE]);
  const record = await readRecord(guest);
  assert.deepEqual([record?.kernel, record?.initramfs], [cloudKernel.image, cloudKernel.initramfs]);
  assert.equal(await loader.effectiveDefault(guest, MAKER), `/boot/vmlinuz-${UNIVERSAL}`);
  assert.deepEqual(block(), before);
  await loader.disarm(guest);
  assert.equal(existsSync(root + RECORD), false);
  assert.equal((await (await bootLoaderOf(guest)).state(guest)).trial, null);
});

test('confirmed: the default of a GRUB that can only read, which is never asked to write', async t => {
  const { guest, block } = booted(t);
  await byKexec(grub, cloudKernel).arm(guest, entry, MAKER, NONCE);
  await (await bootLoaderOf(guest)).promote(guest, entry, MAKER);
  assert.equal(await readRecord(guest), null);
  assert.equal(await grub.effectiveDefault(guest, MAKER), entry.kernel);
  assert.equal(await grub.effectiveDefault(guest, { ...MAKER, product: 'other' }), `/boot/vmlinuz-${UNIVERSAL}`);
  assert.match(block().toString(), /^enlighten_mark=read-only$/m);
  await grub.forget(guest);
  assert.match(block().toString(), /^enlighten_mark=read-only$/m);
});

test('without arguments that name a root nothing is armed', async t => {
  const { root, guest } = booted(t);
  const loader = byKexec(grub, cloudKernel);
  for (const args of ['', 'ro quiet']) {
    const obstacle = await loader.obstacle(guest, { kernel: cloudKernel, entry: { ...entry, args }, maker: MAKER });
    assert.equal(obstacle?.code, 'kexec-arguments');
    await assert.rejects(loader.arm(guest, { ...entry, args }, MAKER, NONCE), { code: 'refused' });
  }
  assert.equal(existsSync(root + RECORD), false);
});

test('a record cut short, or of another shape, arms nothing', async t => {
  const { root, guest } = booted(t);
  await byKexec(grub, cloudKernel).arm(guest, entry, MAKER, NONCE);
  const whole = readFileSync(root + RECORD, 'utf8');
  for (const content of ['', whole.slice(0, 50), '{}', '[]', whole.replace('"armed"', '"other"'), 'x'.repeat(20_000)]) {
    writeFileSync(root + RECORD, content);
    assert.equal(await readRecord(guest), null);
  }
});

/** The machine's programs, played: what they were asked, and what the kernel shows afterwards. */
const played = (t: TestContext, answer: (tool: string) => Partial<Ran>) => {
  const { root, guest } = booted(t);
  const asked: string[] = [];
  const live: WritableGuest = {
    ...guest,
    live: true,
    async run(tool, args) {
      asked.push([tool, ...args].join(' '), `record ${(await readRecord(guest))?.state}`);
      const ran = { exitCode: 0, stdout: '', stderr: '', ...answer(tool) };
      if (tool === 'kexec-load' && ran.exitCode === 0) writeFileSync(`${root}/sys/kernel/kexec_loaded`, '1\n');
      return ran;
    },
  };
  return { root, live, asked };
};

const armed = async (live: WritableGuest) => {
  await byKexec(grub, cloudKernel).arm(live, entry, MAKER, NONCE);
  const record = await readRecord(live);
  assert.ok(record);
  return record;
};

test('loaded, then written down as started, then the jump', async t => {
  const { live, asked } = played(t, () => ({}));
  const record = await armed(live);
  await jump(live, record);
  const load = `kexec-load ${cloudKernel.image} --initrd=${cloudKernel.initramfs} --command-line=${record.args}`;
  assert.deepEqual(
    asked,
    [load, 'record armed', 'kexec ', 'record spent'].map(line => line.replace(/ $/, '')),
  );
});

test('before its initramfs lies the archive that ends a boot without a root; kexec takes one file', async t => {
  const { root, live, asked } = played(t, () => ({}));
  const [archive, own] = [Buffer.alloc(600, 'guard'), Buffer.from('its own')];
  put(root, '/usr/lib/enlighten/trial.cpio', archive);
  put(root, cloudKernel.initramfs, own);
  let given = Buffer.alloc(0);
  const looking: WritableGuest = {
    ...live,
    async run(tool, args) {
      const file = args.find(word => word.startsWith('--initrd='))?.slice('--initrd='.length);
      if (file !== undefined) given = readFileSync(root + file);
      return live.run(tool, args);
    },
  };
  await jump(looking, await armed(looking));
  assert.deepEqual(given, Buffer.concat([archive, Buffer.alloc(424), own]));
  const file = /--initrd=(\S+)/.exec(asked[0] ?? '')?.[1] ?? '';
  assert.equal(existsSync(root + file), false, 'the kernel has its copy');

  const full: WritableGuest = {
    ...live,
    async replace(path, ...rest) {
      if (path === file) throw new Error('no space left on device');
      return live.replace(path, ...rest);
    },
  };
  asked.length = 0;
  await jump(full, await armed(full));
  assert.match(asked[0] ?? '', new RegExp(`--initrd=${cloudKernel.initramfs} `), 'without room, without it');
});

test('what cannot be loaded was not started; a jump that does not begin is taken back', async t => {
  const failing = played(t, () => ({ exitCode: 255, stderr: 'kexec_file_load failed: Operation not permitted\n' }));
  await assert.rejects(jump(failing.live, await armed(failing.live)), /Operation not permitted/);
  assert.equal((await readRecord(failing.live))?.state, 'armed');

  const stuck = played(t, tool => {
    if (tool === 'kexec') throw new Error('no answer');
    return {};
  });
  await assert.rejects(jump(stuck.live, await armed(stuck.live)), /no answer/);
  assert.equal((await readRecord(stuck.live))?.state, 'armed');
  assert.equal(stuck.asked.includes('kexec-unload'), true);
});

test('Debian’s LOAD_KEXEC: known by the last assignment, and told to leave one reboot alone', async t => {
  const { root, guest } = booted(t);
  const on = (settings: string, more: Record<string, string> = {}) =>
    openGuest(folderWith(t, { files: { '/etc/init.d/kexec-load': '', '/etc/default/kexec': settings, ...more } }));
  assert.equal(await rebootsByKexec(guest), false);
  assert.equal(await rebootsByKexec(on('LOAD_KEXEC=true\n')), true);
  assert.equal(await rebootsByKexec(on('LOAD_KEXEC="true"\nLOAD_KEXEC=false\n')), false);
  assert.equal(await rebootsByKexec(on('LOAD_KEXEC=false\n', { '/etc/default/kexec.d/x': 'LOAD_KEXEC=true\n' })), true);
  await throughFirmware(guest);
  assert.equal(existsSync(`${root}/no-kexec-reboot`), false);
  const debian = on('LOAD_KEXEC=true\n');
  await throughFirmware(debian);
  assert.equal(existsSync(`${debian.root}/no-kexec-reboot`), true);
});
