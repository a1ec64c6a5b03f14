/** Machines an image may come up on, as QEMU builds them and as `prepare --check` knows them. */
import { disks, nics, type VirtualDevice, type VirtualDisk } from '../../../src/prepare/hardware.ts';
import type { Target } from '../../../src/prepare/target.ts';
import { targets } from '../../../src/prepare/targets.ts';
import type { Hardware } from '../machine/qemu.ts';

type Disk = Exclude<Hardware['disk'], 'ide'>;
type Card = NonNullable<Hardware['card']>;

const disk: Record<Disk, VirtualDisk> = {
  'virtio-blk': disks.virtioBlk,
  'virtio-scsi': disks.virtioScsi,
  pvscsi: disks.pvscsi,
  ahci: disks.ahci,
  nvme: disks.vmwareNvme,
};

const card: Record<Card, VirtualDevice> = {
  'virtio-net': nics.virtioNet,
  vmxnet3: nics.vmxnet3,
  e1000: nics.virtualboxE1000,
  e1000e: {
    title: 'e1000e (82574L)',
    chain: [{ modalias: 'pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00', module: 'e1000e' }],
  },
};

export interface Combined {
  disk: Disk;
  card: Card;
}

const machines: readonly Combined[] = [
  { disk: 'virtio-blk', card: 'virtio-net' },
  { disk: 'virtio-scsi', card: 'e1000' },
  { disk: 'pvscsi', card: 'vmxnet3' },
  { disk: 'ahci', card: 'e1000e' },
  { disk: 'nvme', card: 'virtio-net' },
];

/** Debian's OVMF has no driver for pvscsi, and does not see a disk behind it. */
export const machinesWith = (firmware: Hardware['firmware']): readonly Combined[] =>
  machines.map(it => (firmware === 'uefi' && it.disk === 'pvscsi' ? { ...it, disk: 'ahci' } : it));

const [any] = targets;

/** A target of its own for each: what no hypervisor's row has, too. */
export const targetOf = (it: Combined, firmware: Hardware['firmware']): Target => {
  if (any === undefined) throw new Error('there are no targets');
  const startedBy = [firmware === 'uefi' ? ('efi' as const) : ('bios' as const)];
  return { ...any, id: `${it.disk}-${it.card}`, disk: disk[it.disk], nic: card[it.card], startedBy };
};
