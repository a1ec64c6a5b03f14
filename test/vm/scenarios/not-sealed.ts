import assert from 'node:assert/strict';
import { kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** The appliance's own programs below another root, as an image is worked on. */
const chroot = `mkdir -p /tmp/r/usr /tmp/r/proc && ln -s usr/bin usr/lib usr/lib64 /tmp/r/ &&
mount --bind /usr /tmp/r/usr && mount -t proc proc /tmp/r/proc && chroot /tmp/r /usr/bin/enlighten boot --verbose 2>&1`;

export default scenario('not-sealed', { image: { seal: false } }, async vm => {
  vm.start();
  const { cloud } = await kernels(vm);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(await vm.ok('uname -r'), cloud, 'the stock order of Debian’s own menu');
  const status = await statusOf(vm);
  assert.deepEqual([status.sealed, status.lastPass?.outcome, status.applied], [false, 'planned', []]);
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '60');
  const plan = await vm.json<{ steps: { id: string; state: string }[] }>('enlighten plan --json', limit.agent);
  assert.ok(plan.steps.some(({ id, state }) => id === 'sysctl:vm.swappiness' && state === 'pending'));
  assert.match(await vm.ok(chroot, limit.agent), /nothing to do: this is a chroot/);
  assert.equal(vm.console.boots.length, 1);
});
