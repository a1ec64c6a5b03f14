/**
 * The whole way on every boot loader: the kernel that boots everywhere, the trial, the confirmation, the confirmed kernel by the firmware's
 * own way after a power cut, and the old one where the disk was moved. The way back is told in dead-trials.ts.
 */
import assert from 'node:assert/strict';
import { inBoot, kernels, statusOf, waitForTrial } from '../agent.ts';
import type { Foundation } from '../image/foundation.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import type { Hardware } from '../machine/qemu.ts';
import { type Scenario, scenario } from '../scenario.ts';

interface Kind {
  on: Partial<Foundation>;
  hardware: Partial<Hardware>;
}

const kinds: Record<string, Kind> = {
  'grub-uefi': { on: {}, hardware: { firmware: 'uefi' } },
  'systemd-boot': { on: { loader: 'systemd-boot' }, hardware: { firmware: 'uefi' } },
  extlinux: { on: { loader: 'extlinux' }, hardware: {} },
};

const elsewhere = 'type=1,manufacturer=Example Machines,product=Model 2,uuid=5d0c1a6e-8f0e-4f3b-9a56-0b7f2d9a7c11';

/** From the first boot up to the confirmed kernel as the default of an undisturbed one, and on to another machine. */
async function throughout(vm: Machine): Promise<void> {
  vm.start();
  const { generic, cloud } = await kernels(vm);
  assert.equal(await vm.waitForBoot(1), generic, 'the sealed image boots the kernel that boots everywhere');
  await vm.console.waitFor(/enlighten: rebooting to try kernel/, limit.decision);
  assert.equal(await inBoot(vm, 2), cloud);
  const { trial, notices } = await waitForTrial(vm, 'confirmed');
  assert.deepEqual([trial.kernel, trial.previous, notices], [cloud, generic, []]);

  await vm.cut();
  vm.start();
  assert.equal(await inBoot(vm, 3), cloud, 'confirmed, it is the default');
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal((await statusOf(vm)).trial.state, 'settled');
  await vm.powerOff();

  await vm.forgetVariables();
  vm.start({ smbios: [elsewhere] });
  assert.equal(await inBoot(vm, 4), generic, 'not on another machine');
  assert.equal((await statusOf(vm)).sealed, true);
}

const entries = '/boot/efi/loader/entries';

/**
 * A vendor who counts boots (systemd.io/AUTOMATIC_BOOT_ASSESSMENT): the loader counts the vendor's entries down, and ours not; a trial of ours
 * takes nothing from them, and a boot that completes is blessed as ever.
 */
async function counted(vm: Machine): Promise<void> {
  await throughout(vm);
  // There the agent looks again; from now on it leaves the machine alone.
  await inBoot(vm, 5);
  const { generic } = await kernels(vm);
  await vm.write('/etc/enlighten/enlighten.yaml', 'mode: off\n');
  await vm.ok('sync');
  await vm.cut();
  await vm.forgetVariables();
  vm.start();
  assert.equal(await inBoot(vm, 6), generic);
  assert.equal(await vm.waitUntilUp(), 'running');
  await vm.ok(`until ls ${entries} | grep --quiet '${generic}.conf$'; do sleep 2; done`, limit.up);
  assert.match(await vm.ok(`ls ${entries}`), /-cloud-amd64\+3\.conf$/m, 'tried and confirmed by copies of ours');
}

/** Without Lua it is back at its prompt, and the vendor's own label is the one: the machine boots, and the agent keeps the kernel. */
async function withoutLua(vm: Machine): Promise<void> {
  vm.start();
  const { generic } = await kernels(vm);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal((await statusOf(vm)).trial.state, 'armed');
  await vm.ok('rm /boot/extlinux/lua.c32; sync');
  await vm.reboot();
  assert.match(vm.console.text, /Failed to load COM32 file lua\.c32/);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(vm.console.boots[1], generic);
  assert.doesNotMatch(await vm.ok('cat /proc/cmdline'), /enlighten\./);
  assert.equal((await statusOf(vm)).trial.state, 'rolled-back', 'not to be told from one that died');
  assert.match(await vm.ok('enlighten debug', limit.agent), /\/boot\/extlinux\/lua\.c32/);

  await vm.ok('dpkg --purge ovf-enlighten', limit.decision);
  assert.equal(
    await vm.ok('ls /boot/extlinux | grep enlighten || true'),
    '',
    'a package that goes takes along what it put there',
  );
  const before = vm.console.text.length;
  await vm.reboot();
  assert.doesNotMatch(vm.console.text.slice(before), /COM32|boot: $/m);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(vm.console.boots[2], generic);
}

const told = { '/etc/enlighten/enlighten.yaml': 'reboot: never\n' };

export default [
  ...Object.entries(kinds).map(
    ([name, { on, hardware }]): Scenario =>
      scenario(`loader-${name}`, { tier: 'long', image: { on }, hardware }, throughout),
  ),
  scenario(
    'loader-systemd-boot-counted',
    {
      tier: 'long',
      image: {
        on: { loader: 'systemd-boot' },
        files: {
          '/etc/kernel/tries': '3\n',
          // The lab's partition is mounted when it comes (nofail); a plain Debian fails there without this.
          '/etc/systemd/system/systemd-bless-boot.service.d/esp.conf': '[Unit]\nAfter=boot-efi.mount\n',
        },
      },
      hardware: { firmware: 'uefi' },
    },
    counted,
  ),
  scenario(
    'loader-extlinux-without-lua',
    { tier: 'long', image: { on: { loader: 'extlinux' }, files: told } },
    withoutLua,
  ),
];
