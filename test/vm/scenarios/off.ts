import assert from 'node:assert/strict';
import { kernels, statusOf } from '../agent.ts';
import { scenario } from '../scenario.ts';

const offAtBoot = String.raw`sed -i '/^\s*linux\s/s|$| enlighten=off|' /boot/grub/grub.cfg`;

export default scenario('off', { image: { prepare: offAtBoot } }, async vm => {
  vm.start();
  const { generic } = await kernels(vm);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(await vm.ok('uname -r'), generic);
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '60');
  const lines = (await vm.ok('journalctl --no-pager -b -o cat -u enlighten')).split('\n');
  assert.equal(
    lines.filter(line => /nothing was changed: enlighten\.mode=off from the command-line/.test(line)).length,
    1,
  );
  assert.deepEqual((await statusOf(vm)).applied, []);
  assert.equal(vm.console.boots.length, 1);
});
