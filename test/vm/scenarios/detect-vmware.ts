import assert from 'node:assert/strict';
import { signedAs } from '../image/signature.ts';
import { scenario } from '../scenario.ts';
import { compare, verdict, whereAmI } from '../small/detectors.ts';
import { vmwareHardware, vmwareSignature } from '../vmware.ts';

const disk = ['-device', 'pvscsi', '-drive', 'driver=null-co,size=64M,if=none,id=d0', '-device', 'scsi-hd,drive=d0'];

/** Without the hypervisor bit the kernel believes serial number and backdoor port alone; with it, VMware's signature too. */
export default scenario('detect-vmware', { small: {}, hardware: { ...vmwareHardware, extra: disk } }, async vm => {
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
