/**
 * One sealed appliance on three machines: its own, one whose network card only the generic kernel drives, and one that looks like VMware's.
 * With `ENLIGHTEN_KEEP_CAPTURES=1` the captures replace the fixtures in test/fixtures/captures.
 */
import { captured } from '../captures.ts';
import type { Hardware } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';
import { vmware } from '../small/vmware.ts';

/** Only planned: no trial reboots the machine while it is looked at. */
const properties = { 'enlighten.mode': 'plan', 'app.colour': 'blue', 'app.password': 'planted-secret-1' };

const machines: Record<string, Partial<Hardware>> = {
  'debian-12-qemu-virtio': {},
  'debian-12-qemu-e1000': { card: 'e1000' },
  'debian-12-vmware-pvscsi-vmxnet3': { ...vmware, disk: 'pvscsi', card: 'vmxnet3', cpu: 'max,-hypervisor' },
};

export default scenario('captures', { tier: 'long', environment: { properties } }, async vm => {
  for (const [name, hardware] of Object.entries(machines)) {
    vm.start(hardware);
    await vm.waitUntilUp();
    await captured(vm, name);
    await vm.powerOff();
  }
});
