import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** What the kernel itself starts with, as the lab's plain image shows it. */
const stock = { swappiness: '60', dirty: '0 20', scheduler: '[mq-deadline] none' };

const tuned =
  'cat /proc/sys/vm/swappiness; cat /proc/sys/vm/dirty_bytes /proc/sys/vm/dirty_ratio | xargs; cat /sys/block/vda/queue/scheduler';
const expected = [stock.swappiness, stock.dirty, stock.scheduler].join('\n');

export default scenario('undo', { after: 'unchanged-boot' }, async vm => {
  const { generic } = await kernels(vm);
  const armedOver = await vm.ok(
    `grep '"id":"kernel"' /var/lib/enlighten/journal.jsonl | head -1 | sed 's/.*base64:\\([^"]*\\)".*/\\1/'`,
  );
  const status = await vm.json<{ applied: unknown[]; held: string[] }>('enlighten undo --json', limit.agent);
  assert.deepEqual(status.applied, []);
  assert.equal(await vm.ok(tuned), expected, 'every value as before');
  assert.equal(await vm.ok('base64 -w0 /boot/grub/grubenv'), armedOver, 'every byte as before');
  assert.equal(await grubDefault(vm), generic);

  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 4), generic);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(await vm.ok(tuned), expected, 'nothing is applied again');
  const after = await statusOf(vm);
  assert.deepEqual([after.trial.state, after.applied], ['none', []]);
  assert.ok(['kernel', 'sysctl:vm.swappiness', 'block:vda:scheduler'].every(id => after.held.includes(id)));
  assert.equal(vm.console.boots.length, 4, 'and no reboot');
});
