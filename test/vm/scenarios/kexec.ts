/**
 * Trials by kexec, where GRUB can read its environment and never write it: /boot on LVM, btrfs, RAID. Nobody asked for it: `auto` chooses
 * it by what it finds, and says so. GRUB is told nothing before the kernel is proven, and keeps it from then on.
 */
import assert from 'node:assert/strict';
import { grubDefault, inBoot, kernels, statusOf, waitForTrial, wentBack } from '../agent.ts';
import type { RootName } from '../image/roots/index.ts';
import { limit } from '../limits.ts';
import { banner } from '../machine/console.ts';
import type { Machine } from '../machine/machine.ts';
import type { Hardware } from '../machine/qemu.ts';
import { type Scenario, scenario } from '../scenario.ts';
import { stuck } from '../stuck.ts';

interface Kind {
  root: RootName;
  hardware: Partial<Hardware>;
  /** The root file system as findmnt names it. */
  mounted: RegExp;
  because: RegExp;
}

const kinds: Record<string, Kind> = {
  lvm: {
    root: 'lvm',
    hardware: { disk: 'virtio-scsi' },
    mounted: /lab-root +ext4/,
    because: /grubenv: the boot loader cannot .*: it lies on LVM, RAID or an encrypted disk/,
  },
  btrfs: {
    root: 'btrfs',
    hardware: { disk: 'nvme', card: 'vmxnet3' },
    mounted: /nvme0n1p3 +btrfs/,
    because: /grubenv: the boot loader cannot .*: it lies on btrfs/,
  },
  md: {
    root: 'md',
    hardware: { disk: 'pvscsi' },
    mounted: /md\d+ +ext4/,
    because: /grubenv: the boot loader cannot .*: it lies on LVM, RAID or an encrypted disk/,
  },
};

const grubenv = '/boot/grub/grubenv';
/** What kexec gave the kernel: no word of GRUB's, and all of a trial's. */
const byKexec = /^root=\S+ ro console=\S+ enlighten\.trial=[0-9a-f]{16} panic=5 oops=panic .*systemd\.watchdog_sec=/;

/** The universal kernel starts, the other one follows it by kexec. */
const tried = async (vm: Machine): Promise<{ generic: string; cloud: string }> => {
  vm.start();
  const both = await kernels(vm);
  const [told, mark] = [await vm.fetch(grubenv), await vm.ok('cat /proc/cmdline')];
  assert.equal(await vm.waitForBoot(1), both.generic);
  assert.match(mark, /enlighten\.entry=universal/);
  await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
  assert.equal(await inBoot(vm, 2), both.cloud);
  assert.match(await vm.ok('cat /proc/cmdline'), byKexec);
  assert.deepEqual(await vm.fetch(grubenv), told, 'GRUB was told nothing');
  return both;
};

const kept =
  ({ mounted, because }: Kind) =>
  async (vm: Machine): Promise<void> => {
    const { generic, cloud } = await tried(vm);
    assert.match(await vm.ok('findmnt --noheadings --output SOURCE,FSTYPE /'), mounted);
    const { trial, notices } = await waitForTrial(vm, 'confirmed');
    assert.deepEqual([trial.by, trial.kernel, trial.previous, notices], ['kexec', cloud, generic, []]);
    assert.match(trial.because ?? '', because);
    assert.equal(await grubDefault(vm), cloud);
    assert.match(await vm.ok(`grub-editenv ${grubenv} list`), /^enlighten_mark=read-only$/m);

    await vm.cut();
    const before = vm.console.text.length;
    vm.start();
    assert.equal(await inBoot(vm, 3), cloud, 'from now on GRUB boots it');
    assert.match(await vm.ok('cat /proc/cmdline'), /^BOOT_IMAGE=.* enlighten\.entry=proven$/);
    const [menu] = vm.console.text.slice(before).split(banner);
    assert.doesNotMatch(menu ?? '', /error: |Press any key/, 'and was not asked to write');
    assert.equal(await vm.waitUntilUp(), 'running');
    assert.equal((await statusOf(vm)).trial.state, 'settled');
  };

/** The same in the vendor's own menu, which kexec repeats. */
const brokenInit = String.raw`sed -i '/^\s*linux\s.*cloud/s|$| init=/bin/false|' /boot/grub/grub.cfg`;
/** As the package is installed, every reboot is a kexec of the newest kernel: the agent's own have to go around that, a person's do not. */
const ordinaryReboots = 'sed -i s/^LOAD_KEXEC=.*/LOAD_KEXEC=false/ /etc/default/kexec';

const returned = async (vm: Machine): Promise<void> => {
  vm.start();
  const { generic } = await kernels(vm);
  const told = await vm.fetch(grubenv);
  await vm.console.waitFor(/Kernel panic - not syncing/, limit.decision);
  assert.equal(await inBoot(vm, 3), generic);
  const { trial } = await wentBack(vm, 3, 'no-userspace');
  assert.equal(trial.by, 'kexec');
  assert.deepEqual(await vm.fetch(grubenv), told);
  await vm.reboot();
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.deepEqual([vm.console.boots.length, vm.console.boots[3]], [4, generic], 'not tried again');
};

/** kexec ends no hang; the trial's own deadline does. */
const ended = async (vm: Machine): Promise<void> => {
  await tried(vm);
  await inBoot(vm, 3);
  assert.match(await vm.ok('cat /proc/cmdline'), /^BOOT_IMAGE=.* enlighten\.entry=universal$/, 'through firmware');
  assert.equal((await wentBack(vm, 3, 'deadline')).trial.by, 'kexec');
};

/** Locked down by the vendor: nothing is tried, and it is said why; the rest goes on. */
const barred = async (vm: Machine): Promise<void> => {
  vm.start();
  const { generic } = await kernels(vm);
  assert.equal(await vm.waitUntilUp(), 'running');
  const { trial, lastPass, notices } = await statusOf(vm);
  assert.deepEqual([trial.state, lastPass?.outcome, vm.console.boots], ['none', 'blocked', [generic]]);
  const [told] = notices.filter(({ code }) => code === 'loader-block');
  assert.match(told?.happened ?? '', /it lies on LVM.* the kernel lets no other kernel follow it \(it is 1\)/);
  assert.equal(await vm.ok('cat /proc/sys/vm/swappiness'), '30', 'the rest is applied');
};

/** Told to use kexec beside a loader that can be told nothing (extlinux without Lua): nothing is written anywhere, so each boot of the machine starts it anew. */
const everyBoot = async (vm: Machine): Promise<void> => {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  assert.equal(await vm.waitForBoot(1), generic);
  const menu = await vm.ok('sha256sum /boot/extlinux/*');
  for (const trials of [1, 2]) {
    assert.equal(await inBoot(vm, 2 * trials), cloud);
    assert.match(await vm.ok('cat /proc/cmdline'), byKexec);
    const { trial, notices } = await waitForTrial(vm, 'confirmed');
    assert.deepEqual([trial.by, trial.kernel, trial.attempts, notices], ['kexec', cloud, 1, []]);
    assert.match(trial.because ?? '', /^enlighten\.reboot=kexec; .* every boot starts it in this way$/);
    assert.equal(await vm.ok('sha256sum /boot/extlinux/*'), menu, 'the loader was told nothing');
    if (trials === 2) break;
    await vm.ok('systemctl --no-block reboot');
    assert.equal(await inBoot(vm, 2 * trials + 1), generic, 'extlinux boots what it boots');
  }
};

const packages = ['kexec-tools'];
const lvm = { on: { root: 'lvm' as const }, packages };

export default [
  ...Object.entries(kinds).map(
    ([name, kind]): Scenario =>
      scenario(
        `kexec-${name}`,
        { tier: 'long', image: { on: { root: kind.root }, packages }, hardware: kind.hardware },
        kept(kind),
      ),
  ),
  scenario('kexec-panics', { tier: 'long', image: { ...lvm, prepare: `${brokenInit}; ${ordinaryReboots}` } }, returned),
  scenario('kexec-deadline', { tier: 'long', image: { ...lvm, ...stuck } }, ended),
  scenario(
    'kexec-barred',
    { tier: 'long', image: { ...lvm, files: { '/etc/sysctl.d/lab.conf': 'kernel.kexec_load_disabled=1\n' } } },
    barred,
  ),
  scenario(
    'kexec-extlinux',
    {
      tier: 'long',
      image: {
        on: { loader: 'extlinux' },
        packages,
        prepare: `rm /usr/lib/syslinux/modules/bios/lua.c32; ${ordinaryReboots}`,
        files: { '/etc/enlighten/enlighten.yaml': 'reboot: kexec\n' },
      },
    },
    everyBoot,
  ),
];
