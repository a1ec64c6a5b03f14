/**
 * Machines of the detection matrix, as their firmware and CPUID show them. With `ENLIGHTEN_KEEP_CAPTURES=1` the captures replace the
 * fixtures in test/fixtures/captures.
 */
import { captured } from '../captures.ts';
import { signedAs } from '../image/signature.ts';
import { scenario } from '../scenario.ts';
import { firmwares } from '../small/firmware.ts';

/** Row of the matrix → name of its capture. */
const names: Record<string, string> = {
  'Nutanix AHV, Hyper-V features': 'small-nutanix',
  'AWS Nitro': 'small-aws',
  Google: 'small-gcp',
  Azure: 'small-azure',
  VirtualBox: 'small-virtualbox',
  'AWS metal': 'small-aws-metal',
};

export default scenario('captures-small', { small: {}, tier: 'long' }, async vm => {
  for (const { machine, signature, smbios } of firmwares) {
    const name = names[machine];
    if (name === undefined) continue;
    const bare = { cpu: 'max,-hypervisor', program: vm.hardware.program };
    vm.start({ smbios, ...(signature === null ? bare : { cpu: 'max', program: await signedAs(signature) }) });
    await vm.shell.ready();
    await captured(vm, name);
    await vm.cut();
  }
});
