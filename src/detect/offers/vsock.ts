/** Sockets to the host without a network, where they are no virtio device: each hypervisor has its own transport. */

import { pci } from '../nature/nature.ts';
import { describeDevice, type Ground, matching } from './ground.ts';
import { type Offer, offerOf } from './offer.ts';
import { type Driver, isRunning, neededFor } from './running-kernel.ts';

const vmci: Driver = { module: 'vmw_vsock_vmci_transport', config: 'CONFIG_VMWARE_VMCI_VSOCKETS' };
const hvSock: Driver = { module: 'hv_sock', config: 'CONFIG_HYPERV_VSOCKETS' };

export const vsockOffers = (ground: Ground): Offer[] => {
  const devices = matching(ground, pci('15AD', '0740'));
  const transport = isRunning(ground.kernel, vmci);
  const sockets = isRunning(ground.kernel, hvSock);
  return [
    offerOf(
      { id: 'vsock-vmci', title: 'sockets to the host', reference: 'net/vmw_vsock/vmci_transport.c' },
      {
        offered: ground.devices.length === 0 ? null : devices.length > 0,
        inUse: devices.some(({ driver }) => driver !== null) ? transport : false,
        missing: neededFor(ground.kernel, vmci),
        evidence: devices.map(describeDevice),
      },
    ),
    offerOf(
      { id: 'vsock-hyperv', title: 'sockets to the host (hvsock)', reference: 'net/vmw_vsock/hyperv_transport.c' },
      {
        // Hosts since Windows Server 2016 do; the channel appears only with a connection, so nothing shows it.
        offered: ground.detection.hypervisor === 'hyperv' ? null : false,
        inUse: sockets,
        missing: neededFor(ground.kernel, hvSock),
        evidence: sockets === true ? ['hv_sock is in the kernel'] : [],
      },
    ),
  ];
};
