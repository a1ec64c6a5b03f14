/** What scenarios ask the agent in the guest, and what they know of the image. */
import assert from 'node:assert/strict';
import type { Status } from '../../src/pass/status.ts';
import type { Entry } from '../../src/state/journal.ts';
import { limit } from './limits.ts';
import type { Machine } from './machine/machine.ts';

export const statusOf = (vm: Machine): Promise<Status> => vm.json<Status>('enlighten status --json', limit.agent);

/** The two kernels of the image, by flavour. Waits for the shell. */
export const kernels = async (vm: Machine): Promise<{ generic: string; cloud: string }> => {
  await vm.shell.ready();
  const releases = (await vm.ok('ls /lib/modules')).split('\n');
  const cloud = releases.find(release => release.includes('-cloud-'));
  const generic = releases.find(release => !release.includes('-cloud-'));
  assert.ok(cloud && generic, `two flavours in ${releases}`);
  return { generic, cloud };
};

/** Until the n-th boot has a root shell; its kernel's release. */
export const inBoot = async (vm: Machine, n: number): Promise<string> => {
  const release = await vm.waitForBoot(n);
  if (n > 1) vm.shell.forget('another boot'); // before the first there was none, and its shell may be up already
  await vm.shell.ready();
  return release;
};

/**
 * The trial has ended and the machine is back, by itself, in its n-th boot: on the old kernel, and up; the agent tells one of these causes.
 * A power cut cannot be told from a panic.
 */
export const cameBack = async (vm: Machine, n: number, ...causes: string[]): Promise<Status> => {
  const { generic } = await kernels(vm);
  assert.equal(vm.console.boots[n - 1], generic, 'the old kernel');
  assert.equal(await vm.waitUntilUp(), 'running');
  const status = await statusOf(vm);
  assert.equal(status.trial.state, 'rolled-back');
  assert.ok(causes.includes(status.trial.cause ?? ''), `cause ${status.trial.cause}`);
  assert.equal(vm.console.boots.length, n, 'no boot more');
  return status;
};

/** And the old kernel is GRUB's default. */
export const wentBack = async (vm: Machine, n: number, ...causes: string[]): Promise<Status> => {
  const status = await cameBack(vm, n, ...causes);
  assert.equal(await grubDefault(vm), vm.console.boots[n - 1]);
  return status;
};

/** Of a trial that ended without any word. */
export const wordless = ['no-userspace', 'unconfirmed-reset'];

/**
 * Until the trial has come to this state. Looks at the state file every few seconds; asking the agent each time would start a Node
 * beside the boot that is waited for.
 */
export const waitForTrial = async (vm: Machine, state: Status['trial']['state'], seconds = 600): Promise<Status> => {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { trial } = await vm.json<{ trial: Status['trial'] }>('cat /var/lib/enlighten/state.json');
    if (trial.state === state) return statusOf(vm);
    assert.ok(performance.now() < end, `the trial is ${trial.state} after ${seconds} s, not ${state}`);
    await new Promise(resolve => setTimeout(resolve, 3000));
  }
};

/** Until what takes minutes, after the boot, has come to its end. */
export const backgroundEnded = (vm: Machine): Promise<string> =>
  vm.ok('until [ "$(systemctl is-active enlighten-background)" = inactive ]; do sleep 2; done', limit.decision);

/** Every record of both journals, in their order. */
export const journalOf = async (vm: Machine): Promise<Entry[]> => {
  const lines = await vm.ok('cat /var/lib/enlighten/journal.jsonl /run/enlighten/journal.jsonl');
  return lines.split('\n').map(line => JSON.parse(line) as Entry);
};

/** What GRUB's own environment reader says would boot, without our code: grub-editenv on the block custom.cfg decides by. */
export const grubDefault = async (vm: Machine): Promise<string> => {
  const listed = await vm.ok('grub-editenv /boot/grub/grubenv list');
  const proven = /^enlighten_proven_kernel=\/boot\/vmlinuz-(.+)$/m.exec(listed)?.[1];
  const universal = await vm.ok(
    `sed -n 's|^set enlighten_universal_kernel="/boot/vmlinuz-\\(.*\\)"$|\\1|p' /boot/grub/enlighten.cfg`,
  );
  return proven ?? universal;
};
