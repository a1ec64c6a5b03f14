/** An image as a folder: Debian's two flavours shortened to the drivers hypervisors ask for, GRUB as its vendor left it, an ESP. */
import { openGuest } from '../../src/guest/open.ts';
import { bootLoaderOf } from '../../src/kernel/bootloaders/index.ts';
import { readImage } from '../../src/prepare/image.ts';
import { type MatrixRow, matrixOf } from '../../src/prepare/matrix.ts';
import { targets } from '../../src/prepare/targets.ts';
import { grubFiles } from '../kernel/bootloaders/grub/machine.ts';
import { archiveOf, compressedWith, freshFolder, put } from '../kernel/machine.ts';

export const GENERIC = '6.1.0-50-amd64';
export const CLOUD = '6.1.0-50-cloud-amd64';

/** Aliases as depmod writes them; none for what is compiled in. */
const modules: Record<string, { needs?: string[]; aliases?: string[] }> = {
  'virtio/virtio_pci': { needs: ['virtio/virtio_ring'], aliases: ['pci:v00001AF4d*sv*sd*bc*sc*i*'] },
  'virtio/virtio_ring': {},
  'block/virtio_blk': { needs: ['virtio/virtio_ring'], aliases: ['virtio:d00000002v*'] },
  'scsi/virtio_scsi': { needs: ['virtio/virtio_ring'], aliases: ['virtio:d00000008v*'] },
  'net/virtio_net': { needs: ['virtio/virtio_ring'], aliases: ['virtio:d00000001v*'] },
  'scsi/sd_mod': { aliases: ['scsi:t-0x00*'] },
  'block/xen-blkfront': { aliases: ['xen:vbd'] },
  'net/xen-netfront': { aliases: ['xen:vif'] },
  'hv/hv_vmbus': { aliases: ['acpi*:VMBUS:*'] },
  'scsi/hv_storvsc': {
    needs: ['hv/hv_vmbus', 'scsi/scsi_transport_fc'],
    aliases: ['vmbus:d96361baa104294db60572e2ffb1dc7f', 'vmbus:32264132cb86a2449b5c50d1417354f5'],
  },
  'scsi/scsi_transport_fc': {},
  'net/hv_netvsc': { needs: ['hv/hv_vmbus'], aliases: ['vmbus:635161f83edfc546913ff2d2f965ed0e'] },
  'scsi/vmw_pvscsi': { aliases: ['pci:v000015ADd000007C0sv*sd*bc*sc*i*'] },
  'net/vmxnet3': { aliases: ['pci:v000015ADd000007B0sv*sd*bc*sc*i*'] },
  'net/ena': { aliases: ['pci:v00001D0Fd0000EC20sv*sd*bc*sc*i*'] },
  'net/gve': { aliases: ['pci:v00001AE0d00000042sv*sd*bc*sc*i*'] },
  'ata/pata_acpi': { aliases: ['pci:v*d*sv*sd*bc01sc06i01*'] },
  'ata/ahci': { needs: ['ata/libahci'], aliases: ['pci:v*d*sv*sd*bc01sc06i01*'] },
  'ata/libahci': {},
  'md/dm-mod': {},
  'md/dm-crypt': { needs: ['md/dm-mod'] },
  'md/md-mod': {},
  'md/raid1': { needs: ['md/md-mod'], aliases: ['md-raid1'] },
  'fusion/mptspi': { aliases: ['pci:v00001000d00000030sv*sd*bc*sc*i*'] },
  'net/e1000': { aliases: ['pci:v00008086d0000100Fsv*sd*bc*sc*i*', 'pci:v00008086d0000100Esv*sd*bc*sc*i*'] },
};

/** What Debian leaves out of its cloud flavour. */
const notInCloud = ['ata/ahci', 'ata/libahci', 'fusion/mptspi', 'net/e1000'];
const config = ['KVM_GUEST', 'XEN', 'XEN_PV', 'XEN_PVH', 'XEN_PVHVM', 'HYPERV_TIMER'];

const nameOf = (path: string): string => path.slice(path.indexOf('/') + 1);
const fileOf = (path: string): string => `kernel/drivers/${path}.ko`;

export interface KernelOutfit {
  /** Modules its initramfs does not hold; all others are there. */
  without?: readonly string[];
  /** null: it came without its configuration. */
  config?: readonly string[] | null;
  /** Instead of a sound initramfs. */
  initramfs?: Buffer;
}

const install = (root: string, release: string, outfit: KernelOutfit): void => {
  const folder = `/usr/lib/modules/${release}`;
  const all = Object.entries(modules).filter(([path]) => release === GENERIC || !notInCloud.includes(path));
  const dep = all.map(([path, { needs = [] }]) => `${[`${fileOf(path)}:`, ...needs.map(fileOf)].join(' ')}\n`);
  const aliases = all.flatMap(([path, row]) => (row.aliases ?? []).map(alias => `alias ${alias} ${nameOf(path)}\n`));
  put(root, `${folder}/modules.dep`, dep.join(''));
  put(root, `${folder}/modules.alias`, aliases.join(''));
  put(root, `${folder}/modules.builtin`, 'kernel/fs/ext4/ext4.ko\nkernel/drivers/nvme/host/nvme.ko\n');
  put(root, `${folder}/modules.builtin.modinfo`, 'ext4.alias=fs-ext4\0');
  put(root, `/boot/vmlinuz-${release}`, 'kernel');
  const symbols = outfit.config === undefined ? config : outfit.config;
  if (symbols !== null) put(root, `/boot/config-${release}`, symbols.map(symbol => `CONFIG_${symbol}=y\n`).join(''));
  const held = all.filter(([path]) => !(outfit.without ?? []).includes(nameOf(path)));
  const files = Object.fromEntries(held.map(([path]) => [`usr${folder.slice(4)}/${fileOf(path)}`, 'module']));
  const built = () => compressedWith('gzip', archiveOf({ init: '#!/bin/sh\n', ...files }));
  put(root, `/boot/initrd.img-${release}`, outfit.initramfs ?? built());
};

/** Everything a sealed image has that comes up everywhere, as Debian lays it out. */
const sound: Record<string, string | Buffer> = {
  '/etc/os-release': 'ID=debian\n',
  '/etc/fstab':
    '# root\nUUID=0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e / ext4 errors=remount-ro 0 1\nUUID=1 none swap sw 0 0\n',
  '/etc/machine-id': '',
  '/boot/grub/i386-pc/core.img': 'core',
  '/boot/efi/EFI/BOOT/BOOTX64.EFI': 'loader',
};

/**
 * @param files instead of or beside the sound ones; null: that one is absent
 * @returns the folder
 */
export const imageWith = (
  files: Record<string, string | Buffer | null> = {},
  kernels: Record<string, KernelOutfit> = { [GENERIC]: {}, [CLOUD]: {} },
): string => {
  const root = freshFolder();
  for (const [release, outfit] of Object.entries(kernels)) install(root, release, outfit);
  for (const [path, content] of Object.entries({ ...grubFiles(), ...sound, ...files })) {
    if (content !== null) put(root, path, content);
  }
  return root;
};

export const matrixFor = async (root: string) => {
  const guest = openGuest(root);
  return matrixOf(await readImage(guest, await bootLoaderOf(guest), () => false), targets);
};

type Matrix = Awaited<ReturnType<typeof matrixFor>>;

export const rowOf = (matrix: Matrix, id: string): MatrixRow => {
  const row = matrix.rows.find(({ target }) => target.id === id);
  if (row === undefined) throw new Error(`no target ${id}`);
  return row;
};

export const findingOf = (matrix: Matrix, id: string, requirement: string) => {
  const cells = [...rowOf(matrix, id).cells, ...matrix.image];
  const cell = cells.find(one => one.requirement === requirement);
  if (cell === undefined) throw new Error(`no requirement ${requirement}`);
  return cell.finding;
};

/** `missing`, and `missing!` where it is vital. */
export const stateOf = (matrix: Matrix, id: string, requirement: string): string => {
  const { state, vital } = findingOf(matrix, id, requirement);
  return vital ? `${state}!` : state;
};

/** Ids of the targets whose requirement is in that state. */
export const idsWhere = (matrix: Matrix, requirement: string, state: string): string[] =>
  matrix.rows.map(({ target }) => target.id).filter(id => stateOf(matrix, id, requirement) === state);
