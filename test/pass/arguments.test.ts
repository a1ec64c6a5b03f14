/** Arguments of the kernel are tried like a kernel, and their verdict is their own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { grub } from '../../src/kernel/bootloaders/grub/grub.ts';
import { confirmTrial } from '../../src/kernel/trial/end.ts';
import { boot } from '../../src/pass/boot.ts';
import { bootSeen } from '../../src/pass/seen.ts';
import { put } from '../kernel/machine.ts';
import { appliance, CLOUD, grubenv, powerOn, stateOn, statusOn } from './appliance.ts';

const WORD = 'transparent_hugepage=madvise';
const profile = `name: kvm
extends: kvm
match:
  hypervisor: [kvm]
commandLine:
  transparent_hugepage:
    value: madvise
    reason: for who asks for them
    reference: https://docs.kernel.org/admin-guide/mm/transhuge.html
`;

const [withoutArguments = ''] = profile.split('commandLine:');

const lived = async (root: string, boots: string, after: 'confirmed' | 'dies' | 'left'): Promise<void> => {
  const guest = openGuest(root);
  powerOn(root, boots);
  if (after === 'dies') return;
  await boot(guest, { budgetMs: 60_000 }, () => {});
  if (after === 'confirmed') await confirmTrial(guest, await bootSeen(guest, grub), () => {});
};

/** The kernel for virtual machines is confirmed, and the next boot finds that its arguments are not what the profile says. */
const armed = async (): Promise<string> => {
  const root = appliance();
  put(root, '/etc/enlighten/profiles.d/kvm.yaml', profile);
  await lived(root, 'b1', 'left');
  assert.deepEqual([stateOn(root).trial.kernel, stateOn(root).trial.arguments], [CLOUD, undefined], 'the kernel first');
  await lived(root, 'b2', 'confirmed');
  await lived(root, 'b3', 'left');
  const { trial } = stateOn(root);
  assert.deepEqual([trial.state, trial.kernel, trial.previous, trial.arguments], ['armed', CLOUD, CLOUD, [WORD]]);
  assert.equal(statusOn(root).lastPass.outcome, 'applied', 'nobody reboots for it');
  assert.ok(grubenv(root).get('enlighten_trial_args')?.endsWith(` ${WORD}`));
  assert.ok(!grubenv(root).get('enlighten_proven_args')?.includes(WORD), 'without them the kernel stays the default');
  return root;
};

/** They were confirmed and settled, and then their line left the profile: the next boot finds that. */
const unwanted = async (): Promise<string> => {
  const root = await armed();
  await lived(root, 'b4', 'confirmed');
  await lived(root, 'b5', 'left');
  put(root, '/etc/enlighten/profiles.d/kvm.yaml', withoutArguments);
  await lived(root, 'b6', 'left');
  return root;
};

const kernelStep = (root: string) =>
  stateOn(root).pass.plan.steps.find(({ step }: { step: { kind: string } }) => step.kind === 'kernel').standing;

test('confirmed, they are the default’s, and settle with it', async () => {
  const root = await armed();
  await lived(root, 'b4', 'confirmed');
  assert.ok(grubenv(root).get('enlighten_proven_args')?.endsWith(` ${WORD}`));
  await lived(root, 'b5', 'left');
  assert.deepEqual([statusOn(root).trial.state, kernelStep(root).state], ['settled', 'satisfied']);
  assert.deepEqual(statusOn(root).trial.arguments, [WORD]);
});

test('a line that leaves the profile takes them along, by a trial without them', async () => {
  const root = await unwanted();
  assert.deepEqual([stateOn(root).trial.state, stateOn(root).trial.arguments], ['armed', []]);
  assert.equal(statusOn(root).lastPass.outcome, 'applied', 'nobody reboots for it');
  assert.ok(!grubenv(root).get('enlighten_trial_args')?.includes(WORD));
  assert.ok(grubenv(root).get('enlighten_proven_args')?.includes(WORD), 'until then they stay');
  await lived(root, 'b7', 'confirmed');
  assert.ok(!grubenv(root).get('enlighten_proven_args')?.includes(WORD));
  await lived(root, 'b8', 'left');
  assert.deepEqual([statusOn(root).trial.state, kernelStep(root).state], ['settled', 'satisfied']);
  await lived(root, 'b9', 'left');
  assert.equal(statusOn(root).trial.state, 'settled', 'once');
});

test('who does not tune for once keeps them', async () => {
  const root = await armed();
  await lived(root, 'b4', 'confirmed');
  put(root, '/etc/enlighten/enlighten.yaml', 'tune: off\n');
  await lived(root, 'b5', 'left');
  assert.deepEqual([stateOn(root).trial.state, kernelStep(root).state], ['settled', 'satisfied']);
});

test('and one that dies without them keeps them, and is not tried again', async () => {
  const root = await unwanted();
  await lived(root, 'b7', 'dies');
  await lived(root, 'b8', 'left');
  assert.equal(stateOn(root).trial.state, 'rolled-back');
  assert.ok(grubenv(root).get('enlighten_proven_args')?.includes(WORD));
  await lived(root, 'b9', 'left');
  assert.deepEqual([stateOn(root).trial.state, kernelStep(root).state], ['rolled-back', 'satisfied']);
});

test('a trial that dies of them goes back to the same kernel without them, and says so; the kernel is not to blame', async () => {
  const root = await armed();
  await lived(root, 'b4', 'dies');
  await lived(root, 'b5', 'left');
  const { trial, verdicts } = stateOn(root);
  assert.equal(trial.state, 'rolled-back');
  assert.deepEqual(
    verdicts.map(({ release, arguments: words }: Record<string, unknown>) => [release, words]),
    [[CLOUD, [WORD]]],
  );
  assert.deepEqual([kernelStep(root).state, kernelStep(root).by.subject], ['blocked', WORD]);
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), `/boot/vmlinuz-${CLOUD}`);
  await lived(root, 'b6', 'left');
  assert.equal(stateOn(root).trial.state, 'rolled-back', 'not again');
});
