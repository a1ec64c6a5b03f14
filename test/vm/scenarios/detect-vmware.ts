import assert from 'node:assert/strict';
import { signedAs } from '../image/signature.ts';
import { scenario } from '../scenario.ts';
import { compare, verdict, whereAmI } from '../small/detectors.ts';
import { vmware } from '../small/vmware.ts';
import { vmwareSignature } from '../vmware.ts';

/** Without the hypervisor bit the kernel believes serial number and backdoor port alone; with it, VMware's signature too. */
export default scenario('detect-vmware', { small: {}, hardware: vmware, tier: 'long' }, async vm => {
  vm.start({ cpu: 'max,-hypervisor' });
  const bySerial = await whereAmI(vm);
  await vm.cut();
  vm.start({ cpu: 'max', program: await signedAs(vmwareSignature) });
  const bySignature = await whereAmI(vm);
  compare([
    ['VMware, by serial number', bySerial],
    ['VMware, by CPUID', bySignature],
  ]);
  for (const said of [bySerial, bySignature]) {
    assert.match(said.kernel, /Hypervisor detected: VMware/);
    assert.deepEqual(said.drivers.filter(name => name.startsWith('vm')).sort(), ['vmw_pvscsi', 'vmxnet3']);
    assert.equal(verdict(said.ours), 'vmware');
  }
  assert.deepEqual([bySerial.ours.certainty, bySignature.ours.certainty], ['inferred', 'certain']);
});
