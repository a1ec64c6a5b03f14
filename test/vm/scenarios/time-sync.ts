/** VMware's tools and chrony, both of Debian, on a machine of VMware: one of them keeps the clock, and who undoes has the other again. */
import assert from 'node:assert/strict';
import { inBoot, statusOf } from '../agent.ts';
import { signedAs } from '../image/signature.ts';
import { environmentDocument } from '../iso.ts';
import { limit } from '../limits.ts';
import { oneKernel } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';
import { guestinfoFiles, guestinfoFolder, vmwareHardware, vmwareSignature } from '../vmware.ts';

const image = {
  packages: ['open-vm-tools', 'chrony'],
  get files() {
    return {
      ...guestinfoFiles(environmentDocument({ properties: {} })),
      [`${guestinfoFolder}/synctime`]: '1',
      '/etc/enlighten/enlighten.yaml': 'kernel: keep\n',
    };
  },
  prepare: [oneKernel, 'systemctl --quiet mask open-vm-tools.service vgauth.service'].join('\n'),
};

export default scenario('time-sync', { hardware: vmwareHardware, image, tier: 'long' }, async vm => {
  vm.start({ program: await signedAs(vmwareSignature) });
  await inBoot(vm, 1);
  await vm.waitUntilUp();
  assert.equal(await vm.ok('vmware-toolbox-cmd timesync status || true', limit.agent), 'Disabled');
  assert.equal(await vm.ok(`cat ${guestinfoFolder}/synctime`), '0');
  assert.ok((await statusOf(vm)).applied.some(({ id }) => id === 'time-sync:vmware'));
  assert.equal(await vm.ok('systemctl is-active chrony'), 'active');
  await vm.ok('enlighten undo --step time-sync:vmware', limit.agent);
  assert.equal(await vm.ok('vmware-toolbox-cmd timesync status', limit.agent), 'Enabled');
});
