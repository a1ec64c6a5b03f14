import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** Nothing can be proven wrong with it beforehand: the kernel is whole, only its first program dies. */
const brokenInit = String.raw`sed -i '/^\s*linux\s.*cloud/s|$| init=/bin/false|' /boot/grub/grub.cfg`;

export default scenario('trial-panics', { image: { prepare: brokenInit } }, async vm => {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  await vm.console.waitFor(/Kernel panic - not syncing/, limit.decision);
  assert.equal(vm.console.boots[1], cloud);
  assert.equal(await inBoot(vm, 3), generic, 'back by itself');
  assert.equal(await vm.waitUntilUp(), 'running');

  const { trial, notices } = await statusOf(vm);
  assert.deepEqual([trial.state, trial.kernel, trial.cause], ['rolled-back', cloud, 'no-userspace']);
  assert.ok(notices.some(({ happened }) => /panicked.*power was cut.*cannot be told apart/.test(happened)));
  assert.equal(await grubDefault(vm), generic);

  for (const boot of [4, 5]) {
    await vm.ok('systemctl --no-block reboot');
    assert.equal(await inBoot(vm, boot), generic, 'not tried again');
    assert.equal(await vm.waitUntilUp(), 'running');
  }
  assert.equal((await statusOf(vm)).lastPass?.outcome, 'unchanged');
  assert.equal(vm.console.boots.length, 5);
});
