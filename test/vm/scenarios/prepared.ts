/**
 * An image that boots on the machine it was built on and nowhere else: its initramfs holds the drivers of that disk alone, and only the
 * firmware of that machine would find its loader. `prepare --check` says so, and it is seen; `prepare` mends it, and it comes up.
 */
import assert from 'node:assert/strict';
import type { Detection } from '../../../src/detect/detection.ts';
import { inBoot } from '../agent.ts';
import { signedAs } from '../image/signature.ts';
import { limit } from '../limits.ts';
import type { Machine } from '../machine/machine.ts';
import { type Hardware, ordinary } from '../machine/qemu.ts';
import { oneKernel, slim } from '../one-kernel.ts';
import { scenario } from '../scenario.ts';
import { vmwareHardware, vmwareSignature } from '../vmware.ts';

/** A machine started by EFI only, and one that brings a disk of its own. */
const elsewhere = ['hyperv-gen2', 'vmware-pvscsi-vmxnet3'];

const image = {
  seal: false,
  files: { 'etc/initramfs-tools/conf.d/driver-policy': 'MODULES=dep\nCOMPRESSLEVEL=1\n' },
  prepare: [
    oneKernel,
    slim,
    'mkdir /boot/efi/EFI/debian',
    'mv /boot/efi/EFI/BOOT/BOOTX64.EFI /boot/efi/EFI/debian/grubx64.efi',
  ].join('\n'),
};

const builder: Hardware = { ...ordinary, disk: 'ahci', card: 'e1000' };

/** What `prepare` says will come of it on each of them: whether it boots there, and why not. */
const foretold = async (vm: Machine, command: string): Promise<{ code: number; targets: Record<string, unknown> }> => {
  const { code, stdout } = await vm.run(`enlighten ${command} --json --target ${elsewhere}`, PATIENCE);
  const targets: { id: string; boots: boolean; requirements: Record<string, { by: { code: string } | null }> }[] =
    JSON.parse(stdout).targets;
  const told = targets.map(({ id, boots, requirements: { disk, efi } }) => [id, boots, disk?.by?.code, efi?.by?.code]);
  return { code, targets: Object.fromEntries(told.map(([id, ...what]) => [id, what])) };
};

/** An initramfs with all drivers is built in an emulated machine: hundreds of modules, each found by a process of its own. */
const PATIENCE = 1800;

const noRoot = /ALERT!\s+UUID=\S+ does not exist/;
const noLoader = /Shell>|No bootable option|Start PXE/;

export default scenario('prepared', { hardware: builder, image, tier: 'long' }, async vm => {
  const vmware = { ...vmwareHardware, program: await signedAs(vmwareSignature) };
  vm.start();
  await vm.waitUntilUp();
  await vm.ok('update-initramfs -u', PATIENCE);
  assert.deepEqual(await foretold(vm, 'prepare --check'), {
    code: 4,
    targets: {
      'hyperv-gen2': [false, 'image-disk', 'image-no-fallback'],
      'vmware-pvscsi-vmxnet3': [false, 'image-disk', 'image-no-fallback'],
    },
  });
  await vm.powerOff();

  vm.start(vmware);
  await vm.console.waitFor(noRoot, limit.decision);
  await vm.cut();
  vm.start({ firmware: 'uefi' });
  await vm.console.waitFor(noLoader, limit.shell);
  await vm.cut();

  vm.start(builder);
  await inBoot(vm, 3);
  await vm.waitUntilUp(); // while the agent's pass is at work, it alone writes
  const mended = [true, undefined, undefined];
  assert.deepEqual(await foretold(vm, 'prepare'), {
    code: 0,
    targets: { 'hyperv-gen2': mended, 'vmware-pvscsi-vmxnet3': mended },
  });
  await vm.powerOff();

  vm.start(vmware);
  await inBoot(vm, 4);
  assert.equal(await vm.waitUntilUp(), 'running');
  assert.equal(await vm.ok('ls /sys/bus/pci/drivers/vmw_pvscsi/ | grep -c ^0000:'), '1');
  const { hypervisor } = await vm.json<Detection>('enlighten detect --json', limit.agent);
  assert.equal(hypervisor, 'vmware');
  await vm.powerOff();

  // One after the other: Debian's OVMF has no driver for pvscsi.
  await vm.forgetVariables();
  vm.start({ ...builder, firmware: 'uefi' });
  await inBoot(vm, 5);
  assert.equal(await vm.waitUntilUp(), 'running');
  await vm.ok('test -d /sys/firmware/efi');
});
