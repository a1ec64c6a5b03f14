/**
 * An initramfs made for one host, under a kernel that is the only one: the agent builds another beside it, after the boot, and the next
 * reboot tries it. One that was damaged meanwhile goes back by itself and is not tried again; a whole one is confirmed, is the default after
 * a power cut, and where it is gone for one boot GRUB starts the same kernel with the vendor's: that is not what was confirmed.
 */
import assert from 'node:assert/strict';
import { backgroundEnded, inBoot, statusOf, waitForTrial } from '../agent.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { hostOnly, oneKernel, slim } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';

/** Minutes of a slow processor: thousands of files are packed. */
const building = limit.decision * 4;

/** Bytes that are left of a damaged one. */
const damaged = 3 * 1024 * 1024;

interface Known {
  known: { vendor: string; lacks: string[]; built: { path: string } | null }[];
}

const knownOf = (vm: Machine): Promise<Known> => vm.json<Known>('cat /var/lib/enlighten/initramfs.json');

/** Which entry of the boot menu this is: `proven`, `universal`, or none of ours. */
const entryOf = async (vm: Machine): Promise<string> =>
  /enlighten\.entry=(\S+)/.exec(await vm.ok('cat /proc/cmdline'))?.[1] ?? '';

/** KiB of the initramfs that the running kernel was started with, as it says when it frees them. */
const unpacked = async (vm: Machine): Promise<number> =>
  Number(/Freeing initrd memory: (\d+)K/.exec(await vm.ok('dmesg'))?.[1]);
const sizeOf = async (vm: Machine, path: string): Promise<number> =>
  Math.round(Number(await vm.ok(`stat --format=%s ${path}`)) / 1024);

/** The kernel runs with this one: pages are freed whole. */
const runsWith = async (vm: Machine, path: string): Promise<void> => {
  const [freed, size] = [await unpacked(vm), await sizeOf(vm, path)];
  assert.ok(Math.abs(freed - size) < 16, `${freed} KiB freed, ${path} has ${size}`);
};

/** The first boot: a kernel with the vendor's, and after it one is built and armed. @returns both files */
const built = async (vm: Machine): Promise<{ vendor: string; ours: string; release: string }> => {
  vm.start();
  const release = await inBoot(vm, 1);
  const vendor = `/boot/initrd.img-${release}`;
  const ours = `${vendor}.enlighten`;
  const digest = await vm.ok(`sha256sum ${vendor}`);
  assert.equal(await vm.waitUntilUp(), 'running');
  const begun = performance.now();
  const { trial } = await waitForTrial(vm, 'armed', building);
  console.log(`    built, proven and armed ${Math.round((performance.now() - begun) / 1000)} s after the boot`);
  assert.deepEqual([trial.kernel, trial.previous, trial.initramfs], [release, release, ours]);
  const [known] = (await knownOf(vm)).known;
  assert.deepEqual([known?.vendor, known?.built?.path], [vendor, ours]);
  for (const driver of ['virtio_scsi', 'ahci']) assert.ok(known?.lacks.includes(driver), driver);
  assert.equal(await vm.ok(`sha256sum ${vendor}`), digest, 'the vendor’s is not touched');
  await runsWith(vm, vendor);
  return { vendor, ours, release };
};

const confirmed = async (vm: Machine, boot: number, ours: string): Promise<void> => {
  await inBoot(vm, boot);
  const { trial } = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([trial.initramfs, trial.cause], [ours, null]);
  await runsWith(vm, ours);
};

const settled = async (vm: Machine, boot: number, ours: string): Promise<void> => {
  await inBoot(vm, boot);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(await entryOf(vm), 'proven');
  await runsWith(vm, ours);
  const { trial } = await statusOf(vm);
  assert.deepEqual([trial.state, trial.initramfs], ['settled', ours]);
};

export default [
  scenario(
    'initramfs-tools',
    { tier: 'long', image: { prepare: [oneKernel, slim, hostOnly['initramfs-tools']].join('\n') } },
    async vm => {
      const { vendor, ours, release } = await built(vm);
      await vm.ok(`truncate --size=${damaged} ${ours}; sync; systemctl --no-block reboot`);
      await inBoot(vm, 3);
      assert.equal(await vm.waitUntilUp(), 'running', 'back by itself');
      await runsWith(vm, vendor);
      const { trial } = await statusOf(vm);
      assert.deepEqual([trial.state, trial.cause, trial.initramfs], ['rolled-back', 'no-userspace', ours]);
      // It is no longer the file that was known, so another is built; and yet it is not tried.
      await vm.ok(`until [ $(stat --format=%s ${ours}) -gt ${2 * damaged} ]; do sleep 5; done`, building);
      await backgroundEnded(vm);
      assert.equal((await statusOf(vm)).trial.state, 'rolled-back', 'not tried again');

      assert.equal((await vm.run('enlighten apply --retry kernel', limit.decision * 2)).code, 5, 'a reboot is needed');
      await vm.ok('systemctl --no-block reboot');
      await confirmed(vm, 4, ours);

      await vm.ok(`mv ${ours} /root/ && sync && systemctl --no-block reboot`);
      assert.equal(await inBoot(vm, 5), release);
      assert.equal(await vm.waitUntilUp(), 'running');
      assert.equal(await entryOf(vm), 'universal');
      await runsWith(vm, vendor);
      const fallen = await statusOf(vm);
      assert.equal(fallen.trial.state, 'confirmed', 'the same release, and not what was tried');
      assert.ok(fallen.notices.some(({ code }) => code === 'initramfs-outdated'));
      await vm.ok(`mv /root/${ours.slice('/boot/'.length)} /boot/ && sync`);
      await vm.cut();
      vm.start();
      await settled(vm, 6, ours);
      assert.equal(vm.console.boots.length, 6);
    },
  ),
  scenario(
    'initramfs-dracut',
    { tier: 'long', image: { on: { initramfs: 'dracut' }, prepare: [oneKernel, slim, hostOnly.dracut].join('\n') } },
    async vm => {
      const { ours } = await built(vm);
      await vm.ok('systemctl --no-block reboot');
      await confirmed(vm, 2, ours);
      await vm.cut();
      vm.start();
      await settled(vm, 3, ours);
    },
  ),
];
