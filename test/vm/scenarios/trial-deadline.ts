import assert from 'node:assert/strict';
import { inBoot, kernels, wentBack } from '../agent.ts';
import { scenario } from '../scenario.ts';
import { stuck } from '../stuck.ts';

export default scenario('trial-deadline', { tier: 'long', image: stuck }, async vm => {
  vm.start();
  const { cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 2), cloud);
  await inBoot(vm, 3);
  await wentBack(vm, 3, 'deadline');
});
