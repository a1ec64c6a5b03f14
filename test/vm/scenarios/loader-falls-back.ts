import assert from 'node:assert/strict';
import { inBoot, kernels, statusOf, wentBack } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

export default scenario(
  'loader-falls-back',
  { tier: 'long', image: { files: { '/etc/enlighten/enlighten.yaml': 'reboot: never\n' } } },
  async vm => {
    vm.start();
    const { cloud } = await kernels(vm);
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal((await statusOf(vm)).trial.state, 'armed', 'it waits for an ordinary reboot');

    /** What the loader needs is gone behind the agent's back, between the arming and the reboot. */
    const rebootWithout = async (file: string, boot: number) => {
      await vm.ok(`mv ${file} /root/ && sync && systemctl --no-block reboot`);
      await inBoot(vm, boot);
      await wentBack(vm, boot, 'no-userspace');
      await vm.ok(`mv /root/${file.slice('/boot/'.length)} /boot/`);
    };

    await rebootWithout(`/boot/vmlinuz-${cloud}`, 2);
    assert.equal((await vm.run('enlighten apply --retry kernel', limit.decision)).code, 5, 'a reboot is needed');
    await rebootWithout(`/boot/initrd.img-${cloud}`, 3);
  },
);
