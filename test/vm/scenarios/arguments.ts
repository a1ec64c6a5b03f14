/**
 * Arguments of the kernel come with a trial, as a kernel does: those that are well are the default's from then on, also after a power cut;
 * those that nobody wants any more go in the same way, and those that kill it never were: it goes on with what was well before.
 */
import assert from 'node:assert/strict';
import { inBoot, statusOf, waitForTrial } from '../agent.ts';
import type { Machine } from '../machine/machine.ts';
import { oneKernel } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';

const file = '/etc/enlighten/profiles.d/appliance.yaml';

const profile = (words: Record<string, string>): string =>
  [
    ...['name: appliance', 'extends: qemu', 'match:', '  hypervisor: [qemu]'],
    ...(Object.keys(words).length > 0 ? ['commandLine:'] : []),
    ...Object.entries(words).flatMap(([name, value]) => [
      ...[`  ${name}:`, `    value: "${value}"`, '    reason: the lab wants it'],
      '    reference: https://docs.kernel.org/admin-guide/kernel-parameters.html',
    ]),
    '',
  ].join('\n');

const well = { transparent_hugepage: 'madvise' };
const word = 'transparent_hugepage=madvise';

/** The line left the profile: the next reboot is a trial without them, and then the default has none. */
const takenBack = async (vm: Machine): Promise<void> => {
  await vm.write(file, profile({}));
  await vm.ok('sync; systemctl --no-block reboot');
  await inBoot(vm, 4);
  await vm.waitUntilUp();
  await has(vm, 'enlighten.entry=proven');
  const { trial } = await statusOf(vm);
  assert.deepEqual([trial.state, trial.arguments], ['armed', []]);
  await vm.ok('systemctl --no-block reboot');
  await inBoot(vm, 5);
  await waitForTrial(vm, 'confirmed');
  assert.doesNotMatch(await vm.ok('cat /proc/cmdline'), /hugepage/);
};

const has = async (vm: Machine, entry: string): Promise<void> => {
  const words = (await vm.ok('cat /proc/cmdline')).split(' ');
  assert.ok(words.includes(word) && words.includes(entry), words.join(' '));
  assert.match(await vm.ok('cat /sys/kernel/mm/transparent_hugepage/enabled'), /\[madvise\]/);
};

export default scenario(
  'arguments',
  { tier: 'long', image: { files: { [file]: profile(well) }, prepare: oneKernel } },
  async vm => {
    vm.start();
    const release = await inBoot(vm, 1);
    assert.equal(await vm.waitUntilUp(), 'running');
    const { trial } = await statusOf(vm);
    assert.deepEqual([trial.state, trial.kernel, trial.previous, trial.arguments], ['armed', release, release, [word]]);
    assert.doesNotMatch(await vm.ok('cat /proc/cmdline'), /hugepage/);
    assert.equal(vm.console.boots.length, 1, 'nobody reboots for it');

    await vm.ok('systemctl --no-block reboot');
    await inBoot(vm, 2);
    await waitForTrial(vm, 'confirmed');
    await has(vm, `${(await vm.ok('cat /proc/cmdline')).split(' ').find(it => it.startsWith('enlighten.trial='))}`);
    await vm.cut();
    vm.start();
    await inBoot(vm, 3);
    assert.equal(await vm.waitUntilUp(), 'running');
    await has(vm, 'enlighten.entry=proven');
    assert.equal((await statusOf(vm)).trial.state, 'settled');

    await takenBack(vm);

    await vm.write(file, profile({ ...well, module_blacklist: 'virtio_blk' }));
    await vm.ok('sync; systemctl --no-block reboot');
    await inBoot(vm, 6);
    await vm.waitUntilUp();
    assert.deepEqual((await statusOf(vm)).trial.arguments, ['module_blacklist=virtio_blk', word]);
    await vm.ok('systemctl --no-block reboot');
    await vm.waitForBoot(8);
    await inBoot(vm, 8);
    assert.equal(await vm.waitUntilUp(), 'running', 'back by itself');
    assert.match(await vm.ok('cat /proc/cmdline'), /enlighten\.entry=proven$/);
    const { trial: after, notices } = await statusOf(vm);
    assert.deepEqual([after.state, after.cause], ['rolled-back', 'no-userspace']);
    assert.ok(
      notices.some(
        ({ code, subject }) => code === 'trial-verdict' && subject === `module_blacklist=virtio_blk ${word}`,
      ),
    );
    assert.equal(vm.console.boots.length, 8, 'and not again');
  },
);
