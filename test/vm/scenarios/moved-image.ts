import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import { scenario } from '../scenario.ts';

const elsewhere = 'type=1,manufacturer=Example Machines,product=Model 2,uuid=5d0c1a6e-8f0e-4f3b-9a56-0b7f2d9a7c11';

export default scenario('moved-image', { tier: 'long', after: 'first-boot' }, async vm => {
  const { generic, cloud } = await kernels(vm);
  await vm.powerOff();

  vm.start({ smbios: [elsewhere] });
  assert.equal(await inBoot(vm, 3), generic, 'what was confirmed on another machine is not the default here');
  assert.equal(await vm.waitUntilUp(), 'running');
  const moved = await statusOf(vm);
  assert.deepEqual([moved.trial.state, moved.lastPass?.outcome], ['none', 'blocked']);
  assert.ok(moved.notices.some(({ code }) => code === 'machine-changed'));
  assert.ok(
    moved.notices.some(({ code }) => code === 'loader-mark'),
    "GRUB's mark was another machine's",
  );

  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 4), generic);
  assert.equal(await inBoot(vm, 5), cloud, 'the agent looks again');
  const { trial } = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([trial.kernel, trial.previous, trial.attempts], [cloud, generic, 1]);
  assert.equal(await grubDefault(vm), cloud);

  await vm.powerOff();
  vm.start({ smbios: [] });
  assert.equal(await inBoot(vm, 6), generic, 'and back on the first machine, it is the moved one');
  assert.equal((await statusOf(vm)).sealed, true);
});
