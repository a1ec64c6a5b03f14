/** The life of a trial by kexec, on an appliance whose GRUB lies on LVM: it reads its environment and cannot write it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { bootLoaderOf } from '../../src/kernel/bootloaders/index.ts';
import { RECORD, readRecord, writeRecord } from '../../src/kernel/bootloaders/kexec/record.ts';
import { confirmTrial, endTrial } from '../../src/kernel/trial/end.ts';
import { boot } from '../../src/pass/boot.ts';
import { bootSeen } from '../../src/pass/seen.ts';
import { blockOf } from '../kernel/bootloaders/grub/machine.ts';
import { kexecFiles, saidSo } from '../kernel/bootloaders/kexec/machine.ts';
import { linkTo, put } from '../kernel/machine.ts';
import { appliance, CLOUD, disk, GRUBENV, grubenv, stateOn, statusOn, UNIVERSAL } from './appliance.ts';

const silent = () => {};

/** The same appliance with /boot on a file system that GRUB does not write. */
const onBtrfs = (): string => {
  const root = appliance();
  for (const [path, content] of Object.entries(kexecFiles)) put(root, path, content);
  put(root, GRUBENV, blockOf('enlighten_seq=1', 'enlighten_mark=read-only', 'enlighten_end=1'));
  put(
    root,
    '/proc/self/mountinfo',
    '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n23 22 254:1 / /boot rw - btrfs /dev/vda1 rw,compress=zstd\n',
  );
  linkTo(root, '/sys/class/block/vda', '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda');
  return root;
};

/** Firmware and a GRUB that writes nothing; it boots what is proven here, else the universal kernel. */
const powerOn = async (root: string, bootId: string): Promise<void> => {
  const release = grubenv(root).get('enlighten_proven_kernel') === undefined ? UNIVERSAL : CLOUD;
  const line = release === UNIVERSAL ? saidSo : saidSo.replaceAll(UNIVERSAL, CLOUD).replace('=universal', '=proven');
  started(root, bootId, release, line);
  await boot(openGuest(root), { budgetMs: 60_000 }, silent);
};

const started = (root: string, bootId: string, release: string, commandLine: string): void => {
  put(root, '/proc/cmdline', commandLine);
  put(root, '/proc/sys/kernel/random/boot_id', `${bootId}\n`);
  put(root, '/proc/sys/kernel/osrelease', `${release}\n`);
  rmSync(`${root}/run/enlighten`, { recursive: true, force: true });
};

/** What the agent does on a live machine when the pass is over: written down as started, then the jump. */
const jumped = async (root: string, bootId: string, reaches = true): Promise<void> => {
  const guest = openGuest(root);
  const record = await readRecord(guest);
  assert.ok(record);
  await writeRecord(guest, { ...record, state: 'spent' });
  if (!reaches) return;
  started(root, bootId, CLOUD, `${record.args}\n`);
  await boot(guest, { budgetMs: 60_000 }, silent);
};

const seen = async (root: string) => bootSeen(openGuest(root), await bootLoaderOf(openGuest(root)));
const confirm = async (root: string) => confirmTrial(openGuest(root), await seen(root), silent);
const codes = (root: string): string[] => statusOn(root).notices.map(({ code }: { code: string }) => code);

test('auto chooses kexec and says why; confirmed, it is GRUB’s default, and then nothing is written any more', async () => {
  const root = onBtrfs();
  const block = readFileSync(root + GRUBENV);
  await powerOn(root, 'b1');
  assert.deepEqual(codes(root), []);
  const { trial } = statusOn(root);
  assert.deepEqual([trial.state, trial.kernel, trial.by], ['armed', CLOUD, 'kexec']);
  assert.match(trial.because, /it lies on btrfs/);
  assert.deepEqual(readFileSync(root + GRUBENV), block);

  await jumped(root, 'b2');
  assert.equal(statusOn(root).trial.state, 'running');
  assert.deepEqual(readFileSync(root + GRUBENV), block);
  assert.equal((await confirm(root))?.trial.state, 'confirmed');
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), `/boot/vmlinuz-${CLOUD}`);
  assert.equal(grubenv(root).get('enlighten_mark'), 'read-only');
  assert.equal(existsSync(root + RECORD), false);

  await powerOn(root, 'b3');
  assert.equal(statusOn(root).trial.state, 'settled');
  const kept = disk(root);
  await powerOn(root, 'b4');
  assert.equal(statusOn(root).lastPass.outcome, 'unchanged');
  assert.deepEqual(disk(root), kept);
});

test('one that dies after the jump is a verdict; GRUB was never told anything', async () => {
  const root = onBtrfs();
  const block = readFileSync(root + GRUBENV);
  await powerOn(root, 'b1');
  await jumped(root, 'b2', false);
  await powerOn(root, 'b3');
  assert.deepEqual(codes(root), ['trial-no-userspace', 'trial-verdict']);
  const values = (bytes: Buffer) => bytes.toString('latin1').replace(/_(seq|end)=\d+/g, '');
  assert.equal(values(readFileSync(root + GRUBENV)), values(block));
  await powerOn(root, 'b4');
  assert.equal(stateOn(root).trial.state, 'rolled-back');
});

test('a failed check returns, and the loader is as it was', async () => {
  const root = onBtrfs();
  await powerOn(root, 'b1');
  await jumped(root, 'b2');
  const ended = await endTrial(openGuest(root), await seen(root), { event: 'deadline', cause: 'deadline' }, silent);
  assert.deepEqual([ended?.returning, ended?.state.trial.state], [true, 'rolled-back']);
  assert.equal(existsSync(root + RECORD), false);
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), undefined);
});

test('armed and not started: once more, then no more', async () => {
  const root = onBtrfs();
  for (const bootId of ['b1', 'b2']) await powerOn(root, bootId);
  assert.deepEqual([stateOn(root).trial.state, stateOn(root).trial.attempts], ['armed', 2]);
  await powerOn(root, 'b3');
  assert.deepEqual(codes(root), ['trial-not-started', 'trial-attempts']);
});

test('no loader keeps it, and the vendor says kexec: every boot is a trial of its own, and one that dies is the last', async () => {
  const root = onBtrfs();
  rmSync(root + GRUBENV);
  put(root, '/etc/enlighten/enlighten.yaml', 'reboot: kexec\n');
  const first = (bootId: string) => {
    started(root, bootId, UNIVERSAL, saidSo);
    return boot(openGuest(root), { budgetMs: 60_000 }, silent);
  };
  for (const round of [1, 2, 3]) {
    await first(`b${round}`);
    assert.deepEqual([statusOn(root).trial.state, statusOn(root).trial.by], ['armed', 'kexec'], String(round));
    assert.match(statusOn(root).trial.because, /every boot/);
    await jumped(root, `k${round}`);
    assert.equal((await confirm(root))?.trial.state, 'confirmed');
  }
  await first('b4');
  await jumped(root, 'k4', false);
  await first('b5');
  assert.equal(stateOn(root).trial.state, 'rolled-back');
  assert.equal(existsSync(root + RECORD), false);
});
