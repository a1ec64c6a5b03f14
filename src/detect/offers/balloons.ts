/** Balloons that are no device: the driver asks the hypervisor directly. */
import type { Ground } from './ground.ts';
import { type Offer, offerOf } from './offer.ts';
import { type Driver, isRunning, neededFor } from './running-kernel.ts';

const vmware: Driver = { module: 'vmw_balloon', config: 'CONFIG_VMWARE_BALLOON' };
const XEN_MEMORY = '/sys/devices/system/xen_memory/xen_memory0';

export const balloonOffers = async ({ guest, detection, kernel }: Ground): Promise<Offer[]> => {
  const is = (hypervisor: string): boolean => detection.virtualized && detection.hypervisor === hypervisor;
  const there = (await guest.stat(XEN_MEMORY)) !== null;
  const balloons = isRunning(kernel, vmware);
  return [
    offerOf(
      { id: 'balloon-vmware', title: 'memory balloon', reference: 'drivers/misc/vmw_balloon.c' },
      {
        offered: is('vmware'),
        inUse: balloons,
        missing: neededFor(kernel, vmware),
        evidence: is('vmware') ? ['the hypervisor is vmware'] : [],
      },
    ),
    offerOf(
      { id: 'balloon-xen', title: 'memory balloon', reference: 'drivers/xen/xen-balloon.c' },
      {
        offered: is('xen'),
        inUse: there,
        missing: kernel.config('CONFIG_XEN_BALLOON') === 'n' ? { kind: 'kernel', name: 'CONFIG_XEN_BALLOON' } : null,
        evidence: there ? [XEN_MEMORY] : [],
      },
    ),
  ];
};
