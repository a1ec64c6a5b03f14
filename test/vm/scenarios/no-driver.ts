import assert from 'node:assert/strict';
import { kernels, statusOf } from '../agent.ts';
import { scenario } from '../scenario.ts';

export default scenario('no-driver', { hardware: { card: 'e1000' } }, async vm => {
  vm.start();
  const { generic } = await kernels(vm);
  assert.equal(await vm.waitUntilUp(), 'running');
  const { trial, lastPass, notices } = await statusOf(vm);
  assert.deepEqual([trial.state, lastPass?.outcome], ['none', 'blocked']);
  const [blocked] = notices.filter(({ code }) => code === 'driver-missing');
  assert.match(blocked?.subject ?? '', /0000:00:0\d\.0.*e1000/, 'the device and its driver');
  assert.equal(await vm.ok('uname -r'), generic);
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '30', 'the rest is applied');
  assert.equal(vm.console.boots.length, 1, 'no reboot');
});
