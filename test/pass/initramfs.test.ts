/** An initramfs we built is tried like a kernel, and its verdict is its own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { grub } from '../../src/kernel/bootloaders/grub/grub.ts';
import { remember, stampOf } from '../../src/kernel/initramfs/known.ts';
import { confirmTrial } from '../../src/kernel/trial/end.ts';
import { boot } from '../../src/pass/boot.ts';
import { bootSeen } from '../../src/pass/seen.ts';
import { INITRAMFS, put } from '../kernel/machine.ts';
import { appliance, CLOUD, GRUBENV, grubenv, powerOn, stateOn, statusOn, UNIVERSAL } from './appliance.ts';

const OURS = `${INITRAMFS}.enlighten`;
const pass = (root: string) => boot(openGuest(root), { budgetMs: 60_000 }, () => {});

/** What the background job leaves. */
const withOurs = async (): Promise<string> => {
  const root = appliance();
  copyFileSync(root + INITRAMFS, root + OURS);
  const guest = openGuest(root);
  await remember(guest, {
    ...{ release: CLOUD, drivers: 'virtio_pci virtio_blk virtio_scsi nvme ahci', vendor: INITRAMFS, lacks: ['ahci'] },
    ...{ stamp: (await stampOf(guest, INITRAMFS)) ?? '', failed: null },
    built: { path: OURS, stamp: (await stampOf(guest, OURS)) ?? '' },
  });
  return root;
};

test('the trial starts the kernel with ours, and state and loader say so', async () => {
  const root = await withOurs();
  powerOn(root, 'b1');
  await pass(root);
  const { trial } = stateOn(root);
  assert.deepEqual([trial.state, trial.kernel, trial.initramfsPath], ['armed', CLOUD, OURS]);
  assert.equal(grubenv(root).get('enlighten_trial_initrd'), OURS);
  assert.equal(grubenv(root).get('enlighten_trial_kernel'), `/boot/vmlinuz-${CLOUD}`);
});

test('where it does not come up, only it is forbidden: the kernel is tried with the vendor’s', async () => {
  const root = await withOurs();
  powerOn(root, 'b1');
  await pass(root);
  powerOn(root, 'b2'); // dies
  powerOn(root, 'b3');
  await pass(root);
  const { verdicts, trial } = stateOn(root);
  assert.deepEqual(
    verdicts.map(({ release, initramfs }: Record<string, string>) => [release, initramfs]),
    [[CLOUD, OURS]],
  );
  assert.deepEqual([trial.state, trial.kernel, trial.initramfsPath], ['armed', CLOUD, null]);
  assert.equal(grubenv(root).get('enlighten_trial_initrd'), INITRAMFS);
  powerOn(root, 'b4'); // dies as well
  powerOn(root, 'b5');
  await pass(root);
  assert.equal(stateOn(root).verdicts.length, 2);
  assert.equal(stateOn(root).trial.state, 'rolled-back');
});

test('what is not looked into yet waits until after the boot, and says that it does', async () => {
  const root = appliance();
  powerOn(root, 'b1');
  await pass(root);
  assert.ok(statSync(`${root}/run/enlighten/background`).isFile());
  assert.ok(!existsSync(root + OURS));
  assert.equal(stateOn(root).trial.initramfsPath, null);
  const known = await withOurs();
  powerOn(known, 'b1');
  await pass(known);
  assert.ok(!existsSync(`${known}/run/enlighten/background`));
});

test('one of ours that is gone is no obstacle', async () => {
  const root = await withOurs();
  rmSync(root + OURS);
  powerOn(root, 'b1');
  await pass(root);
  assert.deepEqual([stateOn(root).trial.kernel, stateOn(root).trial.initramfsPath], [CLOUD, null]);
  assert.equal(stateOn(root).trial.previous, UNIVERSAL);
});

test('confirmed, and GRUB falls back to the vendor’s with the very same kernel: that is not how it settles', async () => {
  const root = await withOurs();
  for (const boot of ['b1', 'b2']) {
    powerOn(root, boot);
    await pass(root);
  }
  assert.equal(statusOn(root).trial.initramfs, OURS);
  const guest = openGuest(root);
  await confirmTrial(guest, await bootSeen(guest, grub), () => {});
  const kernelStep = (): string =>
    stateOn(root).pass.plan.steps.find(({ step }: { step: { kind: string } }) => step.kind === 'kernel').standing.state;
  powerOn(root, 'b3', 'enlighten.entry=universal');
  await pass(root);
  assert.deepEqual([stateOn(root).trial.state, kernelStep()], ['confirmed', 'pending']);
  assert.equal(statusOn(root).lastPass.outcome, 'applied');

  execFileSync('grub-editenv', [root + GRUBENV, 'set', 'enlighten_failed=1']);
  powerOn(root, 'b4', 'enlighten.entry=universal');
  put(root, '/proc/sys/kernel/osrelease', `${CLOUD}\n`);
  put(root, '/etc/sysctl.conf', '\n');
  await pass(root);
  assert.equal(stateOn(root).trial.state, 'armed', 'what GRUB gave up is proven anew');

  powerOn(root, 'b5');
  await pass(root);
  await confirmTrial(guest, await bootSeen(guest, grub), () => {});
  powerOn(root, 'b6', 'enlighten.entry=proven');
  await pass(root);
  await pass(root);
  assert.deepEqual(
    [stateOn(root).pass.outcome, statusOn(root).trial.state, kernelStep()],
    ['applied', 'settled', 'satisfied'],
  );
});
