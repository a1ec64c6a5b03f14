import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

export default scenario(
  'loader-falls-back',
  { tier: 'long', image: { files: { '/etc/enlighten/enlighten.yaml': 'reboot: never\n' } } },
  async vm => {
    vm.start();
    const { generic, cloud } = await kernels(vm);
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal((await statusOf(vm)).trial.state, 'armed', 'it waits for an ordinary reboot');

    /** What the loader needs is gone behind the agent's back, between the arming and the reboot. */
    const rebootWithout = async (file: string, boot: number) => {
      await vm.ok(`mv ${file} /root/ && sync && systemctl --no-block reboot`);
      assert.equal(await inBoot(vm, boot), generic);
      assert.equal(await vm.waitUntilUp(), 'running');
      const { trial } = await statusOf(vm);
      assert.deepEqual([trial.state, trial.cause, trial.kernel], ['rolled-back', 'no-userspace', cloud]);
      assert.equal(await grubDefault(vm), generic);
      assert.equal(vm.console.boots.length, boot, 'one kernel started');
      await vm.ok(`mv /root/${file.slice('/boot/'.length)} /boot/`);
    };

    await rebootWithout(`/boot/vmlinuz-${cloud}`, 2);
    assert.equal((await vm.run('enlighten apply --retry kernel', limit.decision)).code, 5, 'a reboot is needed');
    await rebootWithout(`/boot/initrd.img-${cloud}`, 3);
  },
);
