import assert from 'node:assert/strict';
import { grubDefault, inBoot, journalOf, kernels, statusOf, waitForTrial } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

const properties = { 'app.colour': 'blue', 'app.password': 'planted-secret-1' };

export default scenario('first-boot', { environment: { properties } }, async vm => {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  assert.equal(await vm.waitForBoot(1), generic, 'the sealed image boots the kernel that boots everywhere');
  await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
  assert.equal(await inBoot(vm, 2), cloud);
  assert.equal(await grubDefault(vm), generic, 'a trial is not the default');

  const status = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([status.trial.kernel, status.trial.previous, status.trial.cause], [cloud, generic, null]);
  assert.equal(await grubDefault(vm), cloud, 'confirmed, it is');
  assert.equal(vm.console.boots.length, 2, 'one reboot');
  assert.equal(status.lastPass?.outcome, 'applied');

  const detection = await vm.json<{ hypervisor: string; virtualized: boolean }>('enlighten detect --json', limit.agent);
  assert.deepEqual([detection.hypervisor, detection.virtualized], ['qemu', true], 'TCG is not kvm');
  const environment = await vm.json<{ properties: Record<string, string> }>('enlighten env show --json', limit.agent);
  assert.deepEqual(environment.properties, { ...properties, 'app.password': '********' });
  assert.equal(
    await vm.ok('grep -rl planted-secret-1 /var/log /var/lib/enlighten /run/enlighten | sort | xargs stat -c "%n %a"'),
    '/run/enlighten/secrets.json 600\n/var/lib/enlighten/environment.json 600',
  );

  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '30');
  assert.match(await vm.ok('cat /sys/block/vda/queue/scheduler'), /\[none\]/);
  const records = await journalOf(vm);
  for (const id of ['kernel', 'sysctl:vm.dirty_bytes', 'sysctl:vm.swappiness', 'block:vda:scheduler']) {
    const phases = records.filter(record => record.id === id).map(({ phase }) => phase);
    assert.deepEqual(phases, ['intended', 'done'], id);
  }
  assert.deepEqual((await statusOf(vm)).notices, []);
});
