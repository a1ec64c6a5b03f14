/**
 * The disks and network cards that hypervisors give their guests, as modaliases: what the kernel would put into sysfs there. A device
 * needs every link of its chain, from the bus down to the disk. Ids: pci.ids, the drivers' own tables, and captured machines.
 */

/** One modalias and the module that answers it. */
export interface Link {
  modalias: string;
  /** As the kernel spells it; another module that claims the device, too, is no promise (pata_acpi beside ata_piix). */
  module: string;
}

export interface VirtualDevice {
  title: string;
  chain: readonly Link[];
}

export interface VirtualDisk extends VirtualDevice {
  /** How the kernel names it: the first letters of `sda`, `nvme0n1`. */
  name: 'vd' | 'sd' | 'xvd' | 'nvme';
}

const link = (modalias: string, module: string): Link => ({ modalias, module });

/** Peripheral device type 0, a disk (SPC-4; drivers/scsi/scsi_sysfs.c writes the modalias). */
const scsiDisk = link('scsi:t-0x00', 'sd_mod');
const hyperv = link('acpi:VMBUS:', 'hv_vmbus');

export const disks = {
  virtioBlk: {
    title: 'virtio-blk',
    name: 'vd',
    chain: [
      link('pci:v00001AF4d00001042sv00001AF4sd00001100bc01sc00i00', 'virtio_pci'),
      link('virtio:d00000002v00001AF4', 'virtio_blk'),
    ],
  },
  virtioScsi: {
    title: 'virtio-scsi',
    name: 'sd',
    chain: [
      link('pci:v00001AF4d00001048sv00001AF4sd00001100bc01sc00i00', 'virtio_pci'),
      link('virtio:d00000008v00001AF4', 'virtio_scsi'),
      scsiDisk,
    ],
  },
  xen: { title: 'Xen block front end', name: 'xvd', chain: [link('xen:vbd', 'xen_blkfront')] },
  hypervIde: {
    title: 'Hyper-V IDE',
    name: 'sd',
    chain: [hyperv, link('vmbus:32264132cb86a2449b5c50d1417354f5', 'hv_storvsc'), scsiDisk],
  },
  hypervScsi: {
    title: 'Hyper-V SCSI',
    name: 'sd',
    chain: [hyperv, link('vmbus:d96361baa104294db60572e2ffb1dc7f', 'hv_storvsc'), scsiDisk],
  },
  pvscsi: {
    title: 'VMware paravirtual SCSI',
    name: 'sd',
    chain: [link('pci:v000015ADd000007C0sv000015ADsd000007C0bc01sc00i00', 'vmw_pvscsi'), scsiDisk],
  },
  lsiLogic: {
    title: 'LSI Logic parallel SCSI',
    name: 'sd',
    chain: [link('pci:v00001000d00000030sv000015ADsd00001976bc01sc00i00', 'mptspi'), scsiDisk],
  },
  ahci: {
    title: 'AHCI',
    name: 'sd',
    chain: [link('pci:v00008086d00002829sv00000000sd00000000bc01sc06i01', 'ahci'), scsiDisk],
  },
  vmwareNvme: {
    title: 'VMware NVMe',
    name: 'nvme',
    chain: [link('pci:v000015ADd000007F0sv000015ADsd000007F0bc01sc08i02', 'nvme')],
  },
  amazonNvme: {
    title: 'Amazon EBS NVMe',
    name: 'nvme',
    chain: [link('pci:v00001D0Fd00008061sv00001D0Fsd00000000bc01sc08i02', 'nvme')],
  },
  googleNvme: {
    title: 'Google NVMe',
    name: 'nvme',
    chain: [link('pci:v00001AE0d0000001Fsv00001AE0sd0000001Fbc01sc08i02', 'nvme')],
  },
} as const satisfies Record<string, VirtualDisk>;

export const nics = {
  virtioNet: {
    title: 'virtio-net',
    chain: [
      link('pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00', 'virtio_pci'),
      link('virtio:d00000001v00001AF4', 'virtio_net'),
    ],
  },
  xen: { title: 'Xen network front end', chain: [link('xen:vif', 'xen_netfront')] },
  hyperv: {
    title: 'Hyper-V network',
    chain: [hyperv, link('vmbus:635161f83edfc546913ff2d2f965ed0e', 'hv_netvsc')],
  },
  vmxnet3: {
    title: 'vmxnet3',
    chain: [link('pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00', 'vmxnet3')],
  },
  vmwareE1000: {
    title: 'e1000 (82545EM)',
    chain: [link('pci:v00008086d0000100Fsv000015ADsd00000750bc02sc00i00', 'e1000')],
  },
  virtualboxE1000: {
    title: 'e1000 (82540EM)',
    chain: [link('pci:v00008086d0000100Esv00008086sd0000001Ebc02sc00i00', 'e1000')],
  },
  ena: {
    title: 'Amazon ENA',
    chain: [link('pci:v00001D0Fd0000EC20sv00001D0Fsd0000EC20bc02sc00i00', 'ena')],
  },
  gve: {
    title: 'Google gVNIC',
    chain: [link('pci:v00001AE0d00000042sv00001AE0sd00000058bc02sc00i00', 'gve')],
  },
} as const satisfies Record<string, VirtualDevice>;
