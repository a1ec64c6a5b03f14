/** Buses the hypervisor provides: offered when something is on them or carries them, in use when a driver is bound there. */
import { pci } from '../nature/nature.ts';
import { describeDevice, type Ground, matching } from './ground.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';
import { type Driver, neededFor } from './running-kernel.ts';

interface BusRow extends OfferRow {
  bus: string;
  /** Devices on other buses that bring this one. */
  carrier: RegExp | null;
  driver: Driver;
}

const rows: readonly BusRow[] = [
  {
    id: 'bus-pci',
    bus: 'pci',
    title: 'PCI',
    carrier: /^acpi:.*PNP0A0[38]/,
    driver: { module: 'pci', config: 'CONFIG_PCI' },
    reference: 'Documentation/PCI',
  },
  {
    id: 'bus-virtio',
    bus: 'virtio',
    title: 'virtio',
    carrier: pci('1AF4', '10[0-9A-E].'),
    driver: { module: 'virtio_pci', config: 'CONFIG_VIRTIO_PCI' },
    reference: 'Documentation/driver-api/virtio/virtio.rst',
  },
  {
    id: 'bus-virtio-mmio',
    bus: 'virtio',
    title: 'virtio over MMIO',
    carrier: /^(acpi:LNRO0005:|of:.*Cvirtio,mmio)/,
    driver: { module: 'virtio_mmio', config: 'CONFIG_VIRTIO_MMIO' },
    reference: 'drivers/virtio/virtio_mmio.c',
  },
  {
    id: 'bus-vmbus',
    bus: 'vmbus',
    title: 'VMBus',
    carrier: /^acpi:VMBUS:/,
    driver: { module: 'hv_vmbus', config: 'CONFIG_HYPERV' },
    reference: 'Documentation/virt/hyperv/vmbus.rst',
  },
  {
    id: 'bus-xen',
    bus: 'xen',
    title: 'XenBus',
    carrier: pci('5853', '0001'),
    driver: { module: 'xen', config: 'CONFIG_XEN' },
    reference: 'drivers/xen/xenbus',
  },
];

const onMmio = (row: BusRow): boolean => row.id === 'bus-virtio-mmio';

export const busOffers = (ground: Ground): Offer[] =>
  rows.map(row => {
    const carriers = row.carrier === null ? [] : matching(ground, row.carrier);
    // Virtio devices do not say over what they came; those over MMIO count when such a carrier is there.
    const on = onMmio(row) && carriers.length === 0 ? [] : ground.devices.filter(({ bus }) => bus === row.bus);
    const bound = on.filter(({ driver }) => driver !== null);
    return offerOf(row, {
      offered: ground.devices.length === 0 ? null : on.length + carriers.length > 0,
      inUse: ground.devices.length === 0 ? null : bound.length > 0,
      missing: on.length > 0 ? null : neededFor(ground.kernel, row.driver),
      evidence: [
        ...(on.length > 0 ? [`/sys/bus/${row.bus}/devices has ${on.length}, ${bound.length} with a driver`] : []),
        ...(on.length > 0 ? [] : carriers.map(describeDevice)),
      ],
    });
  });
