/** The hardware a machine is made of, as tables of QEMU arguments. Everything is emulated: KVM is never assumed. */
const disks = {
  'virtio-blk': ['-device', 'virtio-blk-pci,drive=disk'],
  'virtio-scsi': ['-device', 'virtio-scsi-pci', '-device', 'scsi-hd,drive=disk'],
  pvscsi: ['-device', 'pvscsi', '-device', 'scsi-hd,drive=disk'],
  ide: ['-device', 'ide-hd,drive=disk,bus=ide.0'],
  ahci: ['-device', 'ahci,id=sata', '-device', 'ide-hd,drive=disk,bus=sata.0'],
  nvme: ['-device', 'nvme,drive=disk,serial=lab'],
};

const cards = {
  'virtio-net': 'virtio-net-pci',
  e1000: 'e1000',
  e1000e: 'e1000e',
  vmxnet3: 'vmxnet3',
};

/** A disc drive by what it hangs on; each brings a controller of its own, but for IDE, which `pc` has (q35 has AHCI there). */
const drives = {
  ide: (id: string) => ['-device', `ide-cd,drive=${id}`],
  sata: (id: string) => ['-device', `ahci,id=${id}-ahci`, '-device', `ide-cd,drive=${id},bus=${id}-ahci.0`],
  'virtio-scsi': (id: string) => [
    '-device',
    `virtio-scsi-pci,id=${id}-scsi`,
    '-device',
    `scsi-cd,drive=${id},bus=${id}-scsi.0`,
  ],
  // No drive at all, but a disk that holds a disc's image: what some platforms hand over.
  'virtio-blk': (id: string) => ['-device', `virtio-blk-pci,drive=${id}`],
};

/** A disc in a drive; without a file the tray is empty. */
export interface Disc {
  on: keyof typeof drives;
  file: string | null;
}

/** Boots without a disk's loader: `-kernel`, `-initrd`, `-append`. */
interface Direct {
  kernel: string;
  initramfs: string;
  arguments: string;
}

/** UEFI keeps its variables in a second flash, which belongs to the machine and not to its disk. */
const firmware = {
  bios: () => [],
  uefi: (nvram: string) => [
    ...['-drive', 'if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd'],
    ...['-drive', `if=pflash,format=raw,unit=1,file=${nvram}`],
  ],
};

/** A flash without a variable. */
export const emptyNvram = '/usr/share/OVMF/OVMF_VARS_4M.fd';

export interface Hardware {
  disk: keyof typeof disks;
  /** Null is a machine without a network card. */
  card: keyof typeof cards | null;
  mac: string;
  memory: number;
  processors: number;
  /** QEMU's `-cpu`. `max,-svm` is broken under TCG: mounts fail with EBUSY, in every guest tried. */
  cpu: string;
  firmware: keyof typeof firmware;
  /** The `-machine` argument: `pc`, `q35`, `pc,vmport=on`. */
  machine: string;
  /** `-smbios` arguments. Whoever plays another product gives type=1. */
  smbios: string[];
  /** A file for the CD-ROM drive, which is IDE; null is a machine without a drive. */
  cdrom: string | null;
  /** More drives, in their order. */
  discs: Disc[];
  /** A kernel from outside, instead of the disk's loader. */
  direct: Direct | null;
  /** Anything else, as it stands. */
  extra: string[];
  /** Another QEMU: one that was patched to give another CPUID vendor. */
  program: string;
}

export const ordinary: Hardware = {
  disk: 'virtio-blk',
  card: 'virtio-net',
  mac: '52:54:00:0e:11:16',
  memory: 1024,
  // One: two machines run at a time on two cores, and emulated processors wait for each other badly.
  processors: 1,
  cpu: 'max',
  firmware: 'bios',
  machine: 'pc',
  smbios: [],
  cdrom: null,
  discs: [],
  direct: null,
  extra: [],
  program: 'qemu-system-x86_64',
};

/** What the lab gives the machine to be one. */
export interface Place {
  /** The disk; null is a machine without one. */
  overlay: string | null;
  /** UEFI's variables. */
  nvram: string;
  /** Where the machine meets the lab: the second serial port and the monitor call these sockets, the first is stdio. */
  shell: string;
  monitor: string;
}

/**
 * The write cache is QEMU's default on purpose: a guest's flush reaches the overlay, and what was not flushed may be
 * lost with a killed QEMU, as with a real power cut. A reboot restarts the machine; only power-off ends it.
 */
export function commandLine(it: Hardware, { overlay, nvram, shell, monitor }: Place): string[] {
  return [
    ...['-nodefaults', '-display', 'none', '-accel', 'tcg,thread=multi'],
    ...['-machine', it.machine, '-cpu', it.cpu, '-m', String(it.memory), '-smp', String(it.processors)],
    ...firmware[it.firmware](nvram),
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=shell,path=${shell}`, '-serial', 'chardev:shell'],
    ...['-chardev', `socket,id=monitor,path=${monitor}`, '-mon', 'chardev=monitor,mode=readline'],
    ...['-device', 'virtio-rng-pci'],
    ...(overlay === null
      ? []
      : ['-drive', `file=${overlay},format=qcow2,if=none,id=disk,discard=unmap`, ...disks[it.disk]]),
    ...(it.direct === null
      ? []
      : ['-kernel', it.direct.kernel, '-initrd', it.direct.initramfs, '-append', it.direct.arguments]),
    ...network(it),
    ...(it.cdrom === null ? [] : ['-drive', `file=${it.cdrom},format=raw,if=none,id=cdrom,media=cdrom,readonly=on`]),
    ...(it.cdrom === null ? [] : ['-device', 'ide-cd,drive=cdrom,bus=ide.1']),
    ...it.discs.flatMap(drive),
    ...it.smbios.flatMap(strings => ['-smbios', strings]),
    ...it.extra,
  ];
}

/** A medium that may be a disk's image must not be `media=cdrom`; the drives' own devices know what they are. */
function drive({ on, file }: Disc, index: number): string[] {
  const id = `disc${index}`;
  const medium = file === null ? '' : `file=${file},format=raw,readonly=on,`;
  return ['-drive', `${medium}if=none,id=${id}`, ...drives[on](id)];
}

/** A DHCP server and nothing behind it. */
function network({ card, mac }: Hardware): string[] {
  if (card === null) return [];
  return ['-netdev', 'user,id=net,restrict=on', '-device', `${cards[card]},netdev=net,mac=${mac}`];
}
