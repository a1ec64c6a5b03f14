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

/** Up to the confirmed kernel as the default of an undisturbed boot. */
async function confirmed(vm: Machine): Promise<void> {
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

export default Object.entries(kinds).map(
  ([name, { on, hardware }]): Scenario =>
    scenario(`loader-${name}`, { tier: 'long', image: { on }, hardware }, confirmed),
);
