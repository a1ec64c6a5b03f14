/** The part of sysfs in which devices lie, as the kernel lays it out: real folders below /sys/devices, links from everywhere. */
import type { Contents } from './folder.ts';

export interface Node {
  /** Below /sys/devices. */
  at: string;
  /** Absent for the folders between devices: host2, target2:0:0. */
  bus?: string;
  modalias?: string;
  driver?: string;
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** @param things paths below /sys/devices of block devices (…/block/sda, …/nvme0n1) and interfaces (…/net/eth0). */
export const sysfs = (nodes: Node[], things: string[] = []): Required<Contents> => {
  const files: Record<string, string> = {};
  const links: Record<string, string> = {};
  const folders: string[] = [];
  for (const { at, bus, modalias, driver } of nodes) {
    const folder = `/sys/devices/${at}`;
    folders.push(folder);
    if (modalias) files[`${folder}/modalias`] = `${modalias}\n`;
    if (bus) {
      links[`/sys/bus/${bus}/devices/${nameOf(at)}`] = `../../../devices/${at}`;
      links[`${folder}/subsystem`] = `/sys/bus/${bus}`;
    }
    if (driver) links[`${folder}/driver`] = `/sys/bus/${bus}/drivers/${driver}`;
  }
  for (const thing of things) {
    folders.push(`/sys/devices/${thing}`);
    const shown = thing.includes('/net/') ? '/sys/class/net' : '/sys/block';
    links[`${shown}/${nameOf(thing)}`] = `/sys/devices/${thing}`;
  }
  return { files, links, folders };
};

export const pci = (slot: string, modalias: string, driver: string): Node => ({
  at: `pci0000:00/${slot}`,
  bus: 'pci',
  modalias,
  driver,
});

/** A QEMU machine: disk and CD on virtio-scsi, a virtio NIC, an NVMe disk with native multipathing, a loop device, a bridge. */
export const qemu: Required<Contents> = sysfs(
  [
    pci('0000:00:03.0', 'pci:v00001AF4d00001041sv00001AF4sd00001100bc02sc00i00', 'virtio-pci'),
    {
      at: 'pci0000:00/0000:00:03.0/virtio0',
      bus: 'virtio',
      modalias: 'virtio:d00000001v00001AF4',
      driver: 'virtio_net',
    },
    pci('0000:00:04.0', 'pci:v00001AF4d00001048sv00001AF4sd00001100bc01sc00i00', 'virtio-pci'),
    {
      at: 'pci0000:00/0000:00:04.0/virtio1',
      bus: 'virtio',
      modalias: 'virtio:d00000008v00001AF4',
      driver: 'virtio_scsi',
    },
    { at: 'pci0000:00/0000:00:04.0/virtio1/host2/target2:0:0', bus: 'scsi' },
    {
      at: 'pci0000:00/0000:00:04.0/virtio1/host2/target2:0:0/2:0:0:0',
      bus: 'scsi',
      modalias: 'scsi:t-0x00',
      driver: 'sd',
    },
    {
      at: 'pci0000:00/0000:00:04.0/virtio1/host2/target2:0:1/2:0:1:0',
      bus: 'scsi',
      modalias: 'scsi:t-0x05',
      driver: 'sr',
    },
    pci('0000:00:05.0', 'pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02', 'nvme'),
    { at: 'pci0000:00/0000:00:05.0/nvme/nvme0' },
    { at: 'platform/ACPI0013:00', bus: 'platform', modalias: 'acpi:ACPI0013:', driver: 'acpi-ged' },
    { at: 'LNXSYSTM:00/ACPI0013:00', bus: 'acpi', modalias: 'acpi:ACPI0013:' },
    { at: 'system/cpu/cpu0', bus: 'cpu', modalias: 'cpu:type:x86,ven0000' },
  ],
  [
    'pci0000:00/0000:00:03.0/virtio0/net/ens3',
    'pci0000:00/0000:00:04.0/virtio1/host2/target2:0:0/2:0:0:0/block/sda',
    'pci0000:00/0000:00:04.0/virtio1/host2/target2:0:1/2:0:1:0/block/sr0',
    'virtual/nvme-subsystem/nvme-subsys0/nvme0n1',
    'virtual/block/loop0',
    'virtual/block/dm-0',
    'virtual/net/lo',
  ],
);
qemu.links['/sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0'] =
  '/sys/devices/pci0000:00/0000:00:05.0/nvme/nvme0';

/** virtio-mmio, as Firecracker and microvm have it: two devices of one name, and only the platform's carries the disk. */
export const mmio: Required<Contents> = sysfs(
  [
    { at: 'LNXSYSTM:00/LNRO0005:00', bus: 'acpi', modalias: 'acpi:LNRO0005:' },
    { at: 'platform/LNRO0005:00', bus: 'platform', modalias: 'acpi:LNRO0005:', driver: 'virtio-mmio' },
    {
      at: 'platform/LNRO0005:00/virtio0',
      bus: 'virtio',
      modalias: 'virtio:d00000002v554D4551',
      driver: 'virtio_blk',
    },
  ],
  ['platform/LNRO0005:00/virtio0/block/vda'],
);
