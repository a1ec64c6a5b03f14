import assert from 'node:assert/strict';
import { inBoot, kernels, statusOf } from '../agent.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** strace(1) sees every system call of the service: which programs it starts, and what it opens for writing. */
const traced = `[Service]
ExecStart=
ExecStart=/usr/bin/strace -f -e trace=execve,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir -o /run/strace.log /usr/lib/enlighten/node /usr/lib/enlighten/enlighten.cjs boot
`;

const sums = 'find /var/lib/enlighten -type f -exec sha256sum {} + | sort';

const VOLATILE = /^\/(run|proc|sys|dev)\//;

export default scenario('unchanged-boot', { after: 'first-boot' }, async vm => {
  const { cloud } = await kernels(vm);
  await vm.write('/etc/systemd/system/enlighten.service.d/traced.conf', traced);
  const before = await vm.ok(`sync; ${sums}`);
  await vm.ok('systemctl --no-block reboot');
  assert.equal(await inBoot(vm, 3), cloud, 'the confirmed kernel is the default');
  // Before the machine is up: what is left for the background (enlighten-background.service) writes down what it found.
  await vm.ok('until [ -e /run/enlighten/status.json ]; do sleep 1; done', limit.agent);
  assert.equal(await vm.ok(sums), before, 'not a byte on the disk');
  assert.equal(await vm.waitUntilUp(), 'running');

  const status = await statusOf(vm);
  assert.equal(status.lastPass?.outcome, 'unchanged');
  assert.equal(status.trial.state, 'settled');
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '30', 'volatile steps are replayed');
  assert.match(await vm.ok('cat /sys/block/vda/queue/scheduler'), /\[none\]/);

  const calls = (await vm.ok('cat /run/strace.log')).split('\n');
  assert.equal(calls.filter(line => /execve\(.*= 0$/.test(line)).length, 1, 'no child process');
  const written = calls.flatMap(line =>
    /O_WRONLY|O_RDWR|O_CREAT|rename|unlink|mkdir/.test(line) && !/ = -1 /.test(line)
      ? [...line.matchAll(/"([^"]+)"/g)]
      : [],
  );
  assert.deepEqual(
    written.map(([, path = '']) => path).filter(path => !VOLATILE.test(path)),
    [],
    'no disk write',
  );
  assert.equal(
    calls.some(line => /lib\/(execa|yaml|zod|fast-xml-parser)\.cjs/.test(line)),
    false,
    'no library',
  );
  assert.equal(vm.console.boots.length, 3, 'no reboot');
});
