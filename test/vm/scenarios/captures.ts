/**
 * One sealed appliance on two machines: its own, where the cloud kernel is planned for, and one whose network card that kernel lacks.
 * With `ENLIGHTEN_KEEP_CAPTURES=1` the captures replace the fixtures in test/fixtures/captures.
 */
import { captured } from '../captures.ts';
import type { Hardware } from '../machine/qemu.ts';
import { scenario } from '../scenario.ts';

/** Only planned: no trial reboots the machine while it is looked at. */
const properties = { 'enlighten.mode': 'plan', 'app.colour': 'blue', 'app.password': 'planted-secret-1' };

const machines: Record<string, Partial<Hardware>> = {
  'debian-12-qemu-virtio': {},
  'debian-12-qemu-e1000': { card: 'e1000' },
};

export default scenario('captures', { tier: 'long', environment: { properties } }, async vm => {
  for (const [name, hardware] of Object.entries(machines)) {
    vm.start(hardware);
    await vm.waitUntilUp();
    await captured(vm, name);
    await vm.powerOff();
  }
});
