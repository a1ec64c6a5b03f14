import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

export default scenario('trial-power-cut', {}, async vm => {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 2), cloud);
  await vm.cutAt(/Finished.*enlighten\.service|Reached target.*multi-user/, limit.decision);

  vm.start();
  assert.equal(await inBoot(vm, 3), generic, 'the loader had spent the trial before it began');
  assert.equal(await vm.waitUntilUp(), 'running');
  const { trial } = await statusOf(vm);
  assert.equal(trial.state, 'rolled-back');
  assert.ok(['no-userspace', 'unconfirmed-reset'].includes(trial.cause ?? ''), `cause ${trial.cause}`);
  assert.equal(await grubDefault(vm), generic);
  assert.equal(vm.console.boots.length, 3);
});
