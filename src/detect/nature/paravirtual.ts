/** Devices that exist for guests only: true whatever the hypervisor's name is, for another may offer them too (QEMU has VMware's). */
import { type NatureRow, pci } from './nature.ts';

const nature = 'paravirtual';
const QEMU_IDS = 'QEMU, docs/specs/pci-ids.rst';
const PCI_IDS = 'The PCI ID database';
const VIRTIO = 'Virtual I/O Device (VIRTIO) 1.2';

export const paravirtual: readonly NatureRow[] = [
  { nature, modalias: /^virtio:/, because: 'a virtio device', reference: `${VIRTIO}, section 5` },
  // Transitional devices have the ids 1000 to 103f, modern ones 1040 plus the type; both are one device to the guest.
  {
    nature,
    modalias: pci('1AF4', '10[0-3].'),
    because: 'virtio over PCI, transitional',
    reference: `${VIRTIO}, 4.1.2`,
  },
  { nature, modalias: pci('1AF4', '10[4-9A-E].'), because: 'virtio over PCI', reference: `${VIRTIO}, 4.1.2` },
  { nature, modalias: /^(acpi:LNRO0005:|of:.*Cvirtio,mmio)/, because: 'virtio over MMIO', reference: `${VIRTIO}, 4.2` },
  { nature, modalias: /^ccw:t3832/, because: 'virtio over channel I/O', reference: `${VIRTIO}, 4.3` },
  { nature, modalias: pci('1AF4', '1110'), because: 'shared memory between guests (ivshmem)', reference: QEMU_IDS },
  { nature, modalias: pci('1B36', '0100'), because: 'QXL paravirtual graphics', reference: QEMU_IDS },
  { nature, modalias: pci('1B36', '0011'), because: 'pvpanic', reference: QEMU_IDS },
  {
    nature,
    modalias: /^acpi:(QEMU0001|QEMU0002|QEMUVGID|VM_?GENC|VM_GEN_COUNTER)/i,
    because: 'a channel between guest and hypervisor, described in ACPI',
    reference: 'QEMU, docs/specs/fw_cfg.rst, pvpanic.rst, vmgenid.rst',
  },
  {
    nature,
    modalias: /^of:.*Cqemu,fw-cfg-mmio/,
    because: 'QEMU firmware configuration',
    reference: 'QEMU, docs/specs/fw_cfg.rst',
  },
  {
    nature,
    modalias: /^acpi:AMZNC10C:/,
    because: 'a clock of the host (vmclock)',
    reference: 'drivers/ptp/ptp_vmclock.c',
  },

  { nature, modalias: pci('15AD', '07C0'), because: 'VMware paravirtual SCSI (pvscsi)', reference: PCI_IDS },
  { nature, modalias: pci('15AD', '0720|07B0'), because: 'VMware paravirtual NIC (vmxnet)', reference: PCI_IDS },
  { nature, modalias: pci('15AD', '0740'), because: 'VMware communication interface (VMCI)', reference: PCI_IDS },
  { nature, modalias: pci('15AD', '0801|0820'), because: 'VMware paravirtual interface', reference: PCI_IDS },
  {
    nature,
    modalias: /^acpi:VMW000[0-9]:/,
    because: 'a VMware device described in ACPI',
    reference: 'drivers/ptp/ptp_vmw.c',
  },

  { nature, modalias: /^vmbus:/, because: 'a Hyper-V synthetic device', reference: 'include/linux/hyperv.h' },
  { nature, modalias: /^acpi:VMBUS:/, because: "Hyper-V's bus", reference: 'drivers/hv/vmbus_drv.c' },

  { nature, modalias: /^xen:/, because: 'a Xen front end', reference: 'drivers/xen/xenbus/xenbus_probe_frontend.c' },
  { nature, modalias: pci('5853'), because: "Xen's platform device", reference: 'drivers/xen/platform-pci.c' },

  { nature, modalias: pci('80EE', 'CAFE'), because: 'VirtualBox guest service', reference: PCI_IDS },
  { nature, modalias: pci('1AB8', '400[06]'), because: 'Parallels guest interface', reference: PCI_IDS },
  {
    nature,
    modalias: pci('1AE0', '0042'),
    because: 'Google Virtual NIC (gVNIC)',
    reference: 'Documentation/networking/device_drivers/ethernet/google/gve.rst',
  },
  { nature, modalias: /^vio:/, because: 'POWER virtual I/O', reference: 'arch/powerpc/platforms/pseries/vio.c' },
];
