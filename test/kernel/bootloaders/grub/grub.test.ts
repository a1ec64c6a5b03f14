/** Arming, promoting and taking back, in the one file that GRUB and we both write. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { parseBlock, variable } from '../../../../src/kernel/bootloaders/block/environment-block.ts';
import { grub } from '../../../../src/kernel/bootloaders/grub/grub.ts';
import { folderWith } from '../../../detect/folder.ts';
import { blockOf, CLOUD, MAKER, machine, plainArgs, UNIVERSAL } from './machine.ts';

const GRUBENV = '/boot/grub/grubenv';
const entry = { kernel: `/boot/vmlinuz-${CLOUD}`, initrd: `/boot/initrd.img-${CLOUD}`, args: plainArgs };
const universal = `/boot/vmlinuz-${UNIVERSAL}`;

const booted = (t: TestContext, block?: Buffer) => {
  const { files, ...rest } = machine();
  const root = folderWith(t, { ...rest, files: { ...files, ...(block === undefined ? {} : { [GRUBENV]: block }) } });
  const guest = openGuest(root);
  const bytes = () => readFileSync(root + GRUBENV);
  const value = (name: string) => variable(parseBlock(bytes()) ?? [], name);
  const edit = (...args: string[]) => execFileSync('grub-editenv', [root + GRUBENV, ...args]);
  return { root, guest, bytes, value, edit };
};

test('armed: the trial boots next, on this machine alone, and the mark is to be earned again', async t => {
  const { guest, value } = booted(t);
  assert.equal(await grub.effectiveDefault(guest, MAKER), universal);
  await grub.arm(guest, entry, MAKER, 'abc');
  assert.deepEqual(await grub.state(guest), { trial: 'armed', nonce: 'abc', proven: null, marked: false });
  assert.equal(await grub.effectiveDefault(guest, MAKER), entry.kernel);
  assert.equal(await grub.effectiveDefault(guest, { ...MAKER, product: 'other' }), universal);
  assert.deepEqual([value('enlighten_seq'), value('enlighten_end')], ['2', '2']);
});

test('promoted: the kernel is the default here, unless GRUB saw it fail; forgotten: the universal one', async t => {
  const { guest, edit, value } = booted(t);
  await grub.arm(guest, entry, MAKER, 'abc');
  await grub.promote(guest, entry, MAKER);
  assert.equal((await grub.state(guest)).proven, entry.kernel);
  assert.deepEqual([value('enlighten_nonce'), value('enlighten_state'), value('enlighten_trial_kernel')], ['', '', '']);
  assert.equal(await grub.effectiveDefault(guest, MAKER), entry.kernel);
  assert.equal(await grub.effectiveDefault(guest, { ...MAKER, manufacturer: 'Other' }), universal);
  assert.equal((await grub.state(guest)).failed, undefined);
  edit('set', 'enlighten_failed=1');
  assert.equal((await grub.state(guest)).failed, true);
  assert.equal(await grub.effectiveDefault(guest, MAKER), universal);
  await grub.forget(guest);
  assert.deepEqual(await grub.state(guest), { trial: null, nonce: null, proven: null, marked: false });
  assert.equal(value('enlighten_manufacturer'), '');
});

test('disarmed: the trial is gone, the confirmed kernel stays, and so does the mark GRUB set since', async t => {
  const { guest, edit } = booted(t);
  await grub.promote(guest, entry, MAKER);
  await grub.arm(guest, { ...entry, kernel: '/boot/vmlinuz-7' }, MAKER, 'abc');
  edit('set', 'enlighten_mark=1', 'enlighten_state=spent');
  assert.equal((await grub.state(guest)).trial, 'spent');
  await grub.disarm(guest);
  assert.deepEqual(await grub.state(guest), {
    trial: null,
    nonce: null,
    proven: entry.kernel,
    initrd: entry.initrd,
    marked: true,
  });
  assert.equal(await grub.effectiveDefault(guest, MAKER), entry.kernel);
});

test('where there is nothing to take back, nothing is written', async t => {
  const { guest, bytes } = booted(t, blockOf('enlighten_seq=1', 'enlighten_mark=0', 'theirs=1', 'enlighten_end=1'));
  const before = bytes();
  await grub.disarm(guest);
  await grub.forget(guest);
  assert.deepEqual(bytes(), before);
});

test('but a torn block is written whole again, whatever it says', async t => {
  const { guest, value } = booted(t, blockOf('enlighten_seq=2', 'enlighten_mark=0', 'enlighten_end=1'));
  await grub.disarm(guest);
  assert.deepEqual([value('enlighten_seq'), value('enlighten_end')], ['3', '3']);
});

test('a block torn between sectors is believed in nothing', async t => {
  const { root, guest, bytes } = booted(t);
  const old = bytes();
  await grub.arm(guest, { ...entry, args: `${plainArgs} ${'x'.repeat(300)}` }, MAKER, 'abc');
  const fresh = bytes();
  const torn = [Buffer.concat([fresh.subarray(0, 512), old.subarray(512)])];
  torn.push(Buffer.concat([old.subarray(0, 512), fresh.subarray(512)]));
  for (const block of torn) {
    writeFileSync(root + GRUBENV, block);
    assert.equal(await grub.effectiveDefault(guest, MAKER), universal);
    await grub.disarm(guest);
    assert.equal(await grub.effectiveDefault(guest, MAKER), universal);
  }
});

test('a torn block says so, and the bytes from before come back whole', async t => {
  const { root, guest, bytes, edit } = booted(t);
  edit('set', `theirs=${'y'.repeat(300)}`);
  const { bytes: before } = await grub.snapshot(guest);
  assert.equal((await grub.state(guest)).torn, undefined);
  await grub.arm(guest, entry, MAKER, 'abc');
  const fresh = bytes();
  for (const [first, second] of [
    [fresh, before],
    [before, fresh],
  ] as const) {
    writeFileSync(root + GRUBENV, Buffer.concat([first.subarray(0, 512), second.subarray(512)]));
    assert.equal((await grub.state(guest)).torn, true);
    await grub.restore(guest, before);
    assert.deepEqual(bytes(), before);
  }
});

test('undo gives back the exact bytes, and keeps what others changed meanwhile', async t => {
  const { guest, bytes, edit, value } = booted(t);
  edit('set', 'saved_entry=first', 'theirs=a\\b');
  const { bytes: before, path } = await grub.snapshot(guest);
  assert.equal(path, GRUBENV);
  await grub.arm(guest, entry, MAKER, 'abc');
  assert.equal(value('theirs'), 'a\\\\b');
  await grub.restore(guest, before);
  assert.deepEqual(bytes(), before);

  await grub.arm(guest, entry, MAKER, 'abc');
  edit('set', 'saved_entry=second');
  edit('set', 'another=1');
  await grub.restore(guest, before);
  assert.deepEqual([value('saved_entry'), value('another'), value('theirs')], ['second', '1', 'a\\\\b']);
  assert.deepEqual([value('enlighten_state'), value('enlighten_trial_kernel'), value('enlighten_seq')], ['', '', '1']);
});

test('what does not fit, or is no plain text, is refused and changes nothing', async t => {
  const { guest, bytes } = booted(t);
  const before = bytes();
  for (const args of ['x'.repeat(1000), 'a\\b', 'two\nlines', 'ä']) {
    await assert.rejects(grub.arm(guest, { ...entry, args }, MAKER, 'abc'), { code: 'unwritable' });
  }
  assert.deepEqual(bytes(), before);
});

for (const [name, block] of Object.entries({
  empty: Buffer.alloc(0),
  'of another size': Buffer.alloc(4096, '#'),
  garbage: Buffer.alloc(1024, 0xff),
})) {
  test(`a block that is ${name} holds nothing of ours, and there is nothing to take back`, async t => {
    const { guest, bytes } = booted(t, block);
    assert.deepEqual(await grub.state(guest), { trial: null, nonce: null, proven: null, marked: false });
    assert.equal(await grub.effectiveDefault(guest, MAKER), universal);
    await grub.disarm(guest);
    await grub.forget(guest);
    await assert.rejects(grub.arm(guest, entry, MAKER, 'abc'), { code: 'unreadable' });
    assert.deepEqual(bytes(), block);
  });
}

test('sealing names the universal kernel, and leaves a block without trial or mark', async t => {
  const { guest, bytes, value, edit } = booted(t, Buffer.alloc(0));
  await grub.seal(guest, { ...entry, kernel: '/boot/vmlinuz-x' });
  assert.equal(bytes().length, 1024);
  assert.equal(await grub.effectiveDefault(guest, MAKER), '/boot/vmlinuz-x');
  edit('set', 'theirs=1', 'enlighten_mark=1');
  await grub.promote(guest, entry, MAKER);
  await grub.seal(guest, { ...entry, kernel: universal });
  assert.deepEqual(await grub.state(guest), { trial: null, nonce: null, proven: null, marked: false });
  assert.equal(value('theirs'), '1');
});

test('custom.cfg and the agent mean the same variables', () => {
  const custom = readFileSync(new URL('../../../../packaging/grub/custom.cfg', import.meta.url), 'utf8');
  const spoken = ['seq', 'end', 'mark', 'state', 'nonce', 'failed', 'manufacturer', 'product'];
  const entries = ['trial', 'proven', 'universal'].flatMap(name =>
    ['kernel', 'initrd', 'args'].map(w => `${name}_${w}`),
  );
  for (const name of [...spoken, ...entries]) assert.match(custom, new RegExp(`\\$enlighten_${name}\\b`), name);
  assert.match(custom, /set enlighten_state=spent\n\s+if save_env enlighten_state/);
});
