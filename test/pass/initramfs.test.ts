/** An initramfs we built is tried like a kernel, and its verdict is its own. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { remember, stampOf } from '../../src/kernel/initramfs/known.ts';
import { boot } from '../../src/pass/boot.ts';
import { INITRAMFS } from '../kernel/machine.ts';
import { appliance, CLOUD, grubenv, powerOn, stateOn, UNIVERSAL } from './appliance.ts';

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
