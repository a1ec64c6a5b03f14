import assert from 'node:assert/strict';
import { inBoot, kernels, wentBack, wordless } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

export default scenario('trial-power-cut', {}, async vm => {
  vm.start();
  const { cloud } = await kernels(vm);
  assert.equal(await inBoot(vm, 2), cloud);
  await vm.cutAt(/Finished.*enlighten\.service|Reached target.*multi-user/, limit.decision);

  vm.start();
  await inBoot(vm, 3);
  await wentBack(vm, 3, ...wordless);
});
