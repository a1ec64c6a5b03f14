/** Offers that are a device on a bus: offered when the device is there, in use when its driver is bound. */
import { pci } from '../nature/nature.ts';
import { vmbus } from '../vmbus.ts';
import { describeDevice, type Ground, matching } from './ground.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';
import { type Driver, neededFor } from './running-kernel.ts';

interface DeviceRow extends OfferRow {
  modalias: RegExp;
  /** The function on another bus that carries the device: without a driver there, the device itself does not appear. */
  carrier?: { modalias: RegExp; driver: Driver };
  driver: Driver;
}

const VIRTIO = 'Virtual I/O Device (VIRTIO) 1.2';
const virtioPci: Driver = { module: 'virtio_pci', config: 'CONFIG_VIRTIO_PCI' };

/** @param transitional the PCI device id before VIRTIO 1.0, four hexadecimal digits (VIRTIO 1.2, 4.1.2.1) */
const virtio = (type: number, transitional: string | null): Pick<DeviceRow, 'modalias' | 'carrier'> => {
  const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');
  const ids = [hex(0x1040 + type, 4), ...(transitional === null ? [] : [transitional])];
  return {
    modalias: new RegExp(`^virtio:d${hex(type, 8)}v`),
    carrier: { modalias: pci('1AF4', ids.join('|')), driver: virtioPci },
  };
};

const hvUtils: Driver = { module: 'hv_utils', config: 'CONFIG_HYPERV_UTILS' };

const rows: readonly DeviceRow[] = [
  {
    id: 'rng-virtio',
    title: 'entropy from the host',
    ...virtio(4, '1005'),
    driver: { module: 'virtio_rng', config: 'CONFIG_HW_RANDOM_VIRTIO' },
    reference: `${VIRTIO}, 5.4`,
  },
  {
    id: 'balloon-virtio',
    title: 'memory balloon',
    ...virtio(5, '1002'),
    driver: { module: 'virtio_balloon', config: 'CONFIG_VIRTIO_BALLOON' },
    reference: `${VIRTIO}, 5.5`,
  },
  {
    id: 'balloon-hyperv',
    title: 'dynamic memory',
    modalias: vmbus('525074dc-8985-46e2-8057-a307dc18a502'),
    driver: { module: 'hv_balloon', config: 'CONFIG_HYPERV_BALLOON' },
    reference: 'include/linux/hyperv.h (HV_DM_GUID)',
  },
  {
    id: 'memory-virtio',
    title: 'memory that grows and shrinks (virtio-mem)',
    ...virtio(24, null),
    driver: { module: 'virtio_mem', config: 'CONFIG_VIRTIO_MEM' },
    reference: `${VIRTIO}, 5.15`,
  },
  {
    id: 'console-virtio',
    title: 'console and named ports',
    ...virtio(3, '1003'),
    driver: { module: 'virtio_console', config: 'CONFIG_VIRTIO_CONSOLE' },
    reference: `${VIRTIO}, 5.3`,
  },
  {
    id: 'vsock-virtio',
    title: 'sockets to the host',
    ...virtio(19, '1012'),
    driver: { module: 'vmw_vsock_virtio_transport', config: 'CONFIG_VIRTIO_VSOCKETS' },
    reference: `${VIRTIO}, 5.10`,
  },
  {
    id: 'pmem-virtio',
    title: "host's page cache as memory (virtio-pmem)",
    ...virtio(27, null),
    driver: { module: 'virtio_pmem', config: 'CONFIG_VIRTIO_PMEM' },
    reference: `${VIRTIO}, 5.19`,
  },
  {
    id: 'iommu-virtio',
    title: 'paravirtual IOMMU',
    ...virtio(23, null),
    driver: { module: 'virtio_iommu', config: 'CONFIG_VIRTIO_IOMMU' },
    reference: `${VIRTIO}, 5.13`,
  },
  {
    id: 'vmci',
    title: "VMware's communication interface",
    modalias: pci('15AD', '0740'),
    driver: { module: 'vmw_vmci', config: 'CONFIG_VMWARE_VMCI' },
    reference: 'drivers/misc/vmw_vmci/vmci_guest.c',
  },
  {
    id: 'vboxguest',
    title: "VirtualBox's guest service",
    modalias: pci('80EE', 'CAFE'),
    driver: { module: 'vboxguest', config: 'CONFIG_VBOXGUEST' },
    reference: 'drivers/virt/vboxguest/vboxguest_linux.c',
  },
  {
    id: 'ivshmem',
    title: 'memory shared with other guests',
    modalias: pci('1AF4', '1110'),
    // The kernel has no driver of its own for it; programs map the memory through UIO.
    driver: { module: 'uio_pci_generic', config: 'CONFIG_UIO_PCI_GENERIC' },
    reference: 'QEMU, docs/specs/ivshmem-spec.rst',
  },
  {
    id: 'vmgenid',
    title: 'word of clones and restored snapshots',
    // ACPI ids as firmwares spell them; the kernel knows them by their compatible id.
    modalias: /^acpi:.*(VMGENCTR|VM_GEN_COUNTER|QEMUVGID)/i,
    driver: { module: 'vmgenid', config: 'CONFIG_VMGENID' },
    reference: 'drivers/virt/vmgenid.c',
  },
  {
    id: 'pvpanic-isa',
    title: 'telling the host of a panic',
    modalias: /^acpi:QEMU0001:/,
    driver: { module: 'pvpanic_mmio', config: 'CONFIG_PVPANIC_MMIO' },
    reference: 'QEMU, docs/specs/pvpanic.rst',
  },
  {
    id: 'pvpanic-pci',
    title: 'telling the host of a panic',
    modalias: pci('1B36', '0011'),
    driver: { module: 'pvpanic_pci', config: 'CONFIG_PVPANIC_PCI' },
    reference: 'QEMU, docs/specs/pvpanic.rst',
  },
  {
    id: 'fw-cfg',
    title: "QEMU's firmware configuration",
    modalias: /^(acpi:QEMU0002:|of:.*Cqemu,fw-cfg-mmio)/,
    driver: { module: 'qemu_fw_cfg', config: 'CONFIG_FW_CFG_SYSFS' },
    reference: 'QEMU, docs/specs/fw_cfg.rst',
  },
  {
    id: 'ptp-vmclock',
    title: "the host's clock with word of migrations (vmclock)",
    modalias: /^acpi:AMZNC10C:/,
    driver: { module: 'ptp_vmclock', config: 'CONFIG_PTP_1588_CLOCK_VMCLOCK' },
    reference: 'drivers/ptp/ptp_vmclock.c',
  },
  {
    id: 'ptp-vmware',
    title: 'precision clock of the host',
    modalias: /^acpi:VMW0005:/,
    driver: { module: 'ptp_vmw', config: 'CONFIG_PTP_1588_CLOCK_VMW' },
    reference: 'drivers/ptp/ptp_vmw.c',
  },
  {
    id: 'hyperv-timesync',
    title: "the host's time",
    modalias: vmbus('9527e630-d0ae-497b-adce-e80ab0175caf'),
    driver: hvUtils,
    reference: 'drivers/hv/hv_util.c (HV_TS_GUID)',
  },
  {
    id: 'hyperv-heartbeat',
    title: 'heartbeat',
    modalias: vmbus('57164f39-9115-4e78-ab55-382f3bd5422d'),
    driver: hvUtils,
    reference: 'drivers/hv/hv_util.c (HV_HEART_BEAT_GUID)',
  },
  {
    id: 'hyperv-shutdown',
    title: 'orderly shutdown by the host',
    modalias: vmbus('0e0b6031-5213-4934-818b-38d90ced39db'),
    driver: hvUtils,
    reference: 'drivers/hv/hv_util.c (HV_SHUTDOWN_GUID)',
  },
  {
    id: 'watchdog-i6300esb',
    title: 'watchdog',
    modalias: pci('8086', '25AB'),
    driver: { module: 'i6300esb', config: 'CONFIG_I6300ESB_WDT' },
    reference: 'drivers/watchdog/i6300esb.c; QEMU, hw/watchdog/wdt_i6300esb.c',
  },
];

const deviceOffer = (ground: Ground, row: DeviceRow): Offer => {
  const there = matching(ground, row.modalias);
  const carriers = row.carrier === undefined ? [] : matching(ground, row.carrier.modalias);
  const stuck = there.length === 0 && row.carrier !== undefined;
  return offerOf(row, {
    // Without any device sysfs itself is missing, and nothing can be said.
    offered: ground.devices.length === 0 ? null : there.length + carriers.length > 0,
    inUse: ground.devices.length === 0 ? null : there.some(({ driver }) => driver !== null),
    missing: neededFor(ground.kernel, stuck && row.carrier ? row.carrier.driver : row.driver),
    evidence: (there.length > 0 ? there : carriers).map(describeDevice),
  });
};

export const deviceOffers = (ground: Ground): Offer[] => rows.map(row => deviceOffer(ground, row));
