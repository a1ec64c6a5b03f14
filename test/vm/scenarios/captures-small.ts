/**
 * Machines as their firmware and CPUID show them, and VMware's devices. With `ENLIGHTEN_KEEP_CAPTURES=1` the captures replace the
 * fixtures in test/fixtures/captures.
 */
import { captured } from '../captures.ts';
import { signedAs } from '../image/signature.ts';
import type { Hardware } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';
import { firmwares } from '../small/firmware.ts';
import { hardwareOf } from '../small/matrix.ts';
import { vmware } from '../small/vmware.ts';

/** Row of the matrix → name of its capture. */
const names: Record<string, string> = {
  'Nutanix AHV, Hyper-V features': 'small-nutanix',
  'AWS Nitro': 'small-aws',
  Google: 'small-gcp',
  Azure: 'small-azure',
  VirtualBox: 'small-virtualbox',
  'AWS metal': 'small-aws-metal',
};

/** Each row with the signature in its CPUID; VMware's devices come last, and stay. */
export default scenario('captures-small', { small: {}, tier: 'long' }, async vm => {
  const take = async (name: string, hardware: Partial<Hardware>) => {
    vm.start(hardware);
    await vm.shell.ready();
    await captured(vm, name);
    await vm.cut();
  };
  for (const firmware of firmwares) {
    const name = names[firmware.machine];
    if (name !== undefined) await take(name, await hardwareOf(firmware));
  }
  await take('small-vmware-pvscsi-vmxnet3', { ...vmware, cpu: 'max', program: await signedAs('VMwareVMware') });
});
