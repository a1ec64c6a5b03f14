/**
 * Guests of four hypervisors with all that hangs on their devices. Composed from the kernel's documentation and from what was seen in
 * booted machines; none of them is a capture.
 */
import type { Contents } from './folder.ts';
import { dmiOf } from './folder.ts';
import { type Node, pci, sysfs } from './sysfs.ts';

type Leaf = Partial<Record<'eax' | 'ebx' | 'ecx' | 'edx', number>>;

const spelled = (signature: string): Leaf => {
  const bytes = Buffer.alloc(12);
  bytes.write(signature, 'latin1');
  return { ebx: bytes.readUInt32LE(0), ecx: bytes.readUInt32LE(4), edx: bytes.readUInt32LE(8) };
};

/** cpuid.json of a guest: the hypervisor bit, and for each base its signature with the leaves above it. */
export const cpuidWith = (...bases: [signature: string, ...leaves: Leaf[]][]): string => {
  const all: Record<string, Leaf> = { '0x1': { ecx: 0x80000000 } };
  bases.forEach(([signature, ...leaves], index) => {
    const base = 0x40000000 + index * 0x100;
    [spelled(signature), ...leaves].forEach((leaf, offset) => {
      all[`0x${(base + offset).toString(16)}`] = leaf;
    });
  });
  const hex = (leaf: Leaf) =>
    Object.fromEntries(Object.entries(leaf).map(([name, value]) => [name, `0x${(value >>> 0).toString(16)}`]));
  return JSON.stringify(Object.fromEntries(Object.entries(all).map(([leaf, value]) => [leaf, hex(value)])));
};

/** Leaf 1 of Hyper-V's interface: `Hv#1`. */
export const hv1: Leaf = { eax: 0x31237648 };

/** A partition of a disk, or a device mapper device, with the number by which mountinfo names it. */
const numbered = (path: string, number: string): Required<Contents> => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isPartition = !path.startsWith('virtual/');
  return {
    folders: [`/sys/devices/${path}`],
    files: isPartition ? { [`/sys/devices/${path}/partition`]: '1\n' } : {},
    links: {
      [`/sys/dev/block/${number}`]: `/sys/devices/${path}`,
      [`/sys/class/block/${name}`]: `/sys/devices/${path}`,
    },
  };
};

export const joined = (...parts: Contents[]): Required<Contents> => ({
  folders: parts.flatMap(({ folders = [] }) => folders),
  files: Object.assign({}, ...parts.map(({ files = {} }) => files)),
  links: Object.assign({}, ...parts.map(({ links = {} }) => links)),
});

const virtio = (slot: string, number: number, id: string, type: string, kind: string, driver: string): Node[] => [
  pci(slot, `pci:v00001AF4d0000${id}sv00001AF4sd00001100${kind}`, 'virtio-pci'),
  { at: `pci0000:00/${slot}/virtio${number}`, bus: 'virtio', modalias: `virtio:d${type}v00001AF4`, driver },
];

const scsi = (host: string, address: string, type: string, driver: string): Node[] => [
  { at: `${host}/target${address.slice(0, -2)}/${address}`, bus: 'scsi', modalias: `scsi:t-0x${type}`, driver },
];

const HOST = 'pci0000:00/0000:00:04.0/virtio1/host2';
const DISK = `${HOST}/target2:0:0/2:0:0:0`;
const DRIVE = `${HOST}/target2:0:1/2:0:1:0`;
const LUN = `${HOST}/target2:0:2/2:0:2:0`;
const VF = 'pci0000:00/0000:00:06.0';
const NVME = 'pci0000:00/0000:00:05.0';

const inquiry = (device: string, vendor: string, model: string): Record<string, string> => ({
  [`/sys/devices/${device}/vendor`]: `${vendor.padEnd(8)}\n`,
  [`/sys/devices/${device}/model`]: `${model.padEnd(16)}\n`,
});

/** Root and swap on LVM, a CD drive, a bridge over a virtio NIC; an NVMe disk and a virtual function handed through. */
export const kvm: Required<Contents> = joined(
  sysfs(
    [
      ...virtio('0000:00:03.0', 0, '1041', '00000001', 'bc02sc00i00', 'virtio_net'),
      ...virtio('0000:00:04.0', 1, '1048', '00000008', 'bc01sc00i00', 'virtio_scsi'),
      ...scsi(HOST, '2:0:0:0', '00', 'sd'),
      ...scsi(HOST, '2:0:1:0', '05', 'sr'),
      ...scsi(HOST, '2:0:2:0', '00', 'sd'),
      pci('0000:00:05.0', 'pci:v0000144Dd0000A808sv0000144Dsd0000A801bc01sc08i02', 'nvme'),
      pci('0000:00:06.0', 'pci:v000015B3d0000101Esv000015B3sd00000058bc02sc00i00', 'mlx5_core'),
      pci('0000:00:07.0', 'pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00', 'e1000'),
      pci('0000:00:08.0', 'pci:v00001B36d0000000Dsv00001AF4sd00001100bc0Csc03i30', 'xhci_hcd'),
      {
        at: 'pci0000:00/0000:00:08.0/usb1/1-1/1-1:1.0',
        bus: 'usb',
        modalias: 'usb:v0627p0001d0000dc00dsc00dp00ic03isc00ip00in00',
        driver: 'usbhid',
      },
      ...virtio('0000:00:09.0', 2, '1044', '00000004', 'bc00scFFi00', 'virtio_rng'),
      // Its driver is in no module tree of this kernel.
      {
        at: 'pci0000:00/0000:00:0a.0',
        bus: 'pci',
        modalias: 'pci:v00001AF4d00001045sv00001AF4sd00001100bc00scFFi00',
        driver: 'virtio-pci',
      },
      { at: 'pci0000:00/0000:00:0a.0/virtio3', bus: 'virtio', modalias: 'virtio:d00000005v00001AF4' },
      { at: 'LNXSYSTM:00/VMGENCTR:00', bus: 'acpi', modalias: 'acpi:QEMUVGID:VM_GEN_COUNTER:' },
      { at: 'platform/VMGENCTR:00', bus: 'platform', modalias: 'acpi:QEMUVGID:VM_GEN_COUNTER:', driver: 'vmgenid' },
    ],
    [
      'pci0000:00/0000:00:03.0/virtio0/net/ens3',
      `${DISK}/block/sda`,
      `${DRIVE}/block/sr0`,
      `${LUN}/block/sdb`,
      `${NVME}/nvme/nvme0/nvme0n1`,
      `${VF}/net/ens6`,
      'pci0000:00/0000:00:07.0/net/ens7',
      'virtual/net/br0',
      'virtual/net/lo',
      'virtual/block/dm-0',
      'virtual/block/dm-1',
    ],
  ),
  numbered(`${DISK}/block/sda/sda1`, '8:1'),
  numbered(`${DISK}/block/sda/sda2`, '8:2'),
  numbered(`${NVME}/nvme/nvme0/nvme0n1/nvme0n1p1`, '259:1'),
  numbered('virtual/block/dm-0', '253:0'),
  numbered('virtual/block/dm-1', '253:1'),
  {
    links: {
      '/sys/devices/virtual/block/dm-0/slaves/sda2': `/sys/devices/${DISK}/block/sda/sda2`,
      '/sys/devices/virtual/block/dm-1/slaves/sda2': `/sys/devices/${DISK}/block/sda/sda2`,
      '/sys/devices/virtual/net/br0/lower_ens3': '/sys/class/net/ens3',
    },
    files: {
      ...inquiry(DISK, 'QEMU', 'QEMU HARDDISK'),
      ...inquiry(DRIVE, 'QEMU', 'QEMU CD-ROM'),
      ...inquiry(LUN, 'SEAGATE', 'ST4000NM0023'),
      ...dmiOf({ sys_vendor: 'QEMU', product_name: 'Standard PC (Q35 + ICH9, 2009)' }),
      '/cpuid.json': cpuidWith(['KVMKVMKVM', { eax: 0x01000000 | 0b1111_1011, edx: 0 }]),
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'kvm-clock tsc acpi_pm \n',
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'kvm-clock\n',
      '/proc/self/mountinfo': [
        '22 1 253:0 / / rw,relatime - ext4 /dev/mapper/vg-root rw',
        '23 22 8:1 / /boot rw,relatime - ext4 /dev/sda1 rw',
        '24 22 259:1 / /srv/data\\040base rw,relatime - xfs /dev/nvme0n1p1 rw',
        '25 22 0:5 / /proc rw - proc proc rw',
        '26 22 253:0 /var/lib /var/lib rw - ext4 /dev/mapper/vg-root rw',
        '',
      ].join('\n'),
      '/proc/self/mounts': '/dev/mapper/vg-root / ext4 rw 0 0\nproc /proc proc rw 0 0\n',
      '/proc/swaps':
        'Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n/dev/dm-1                               partition\t1048572\t0\t-2\n',
      '/proc/net/fib_trie': [
        'Main:',
        '  +-- 0.0.0.0/0 3 0 5',
        '     |-- 192.0.2.0',
        '        /24 link UNICAST',
        '     |-- 192.0.2.10',
        '        /32 host LOCAL',
        '     |-- 192.0.2.255',
        '        /32 link BROADCAST',
        '     |-- 198.51.100.5',
        '        /32 host LOCAL',
        '     |-- 127.0.0.1',
        '        /32 host LOCAL',
        '',
      ].join('\n'),
      '/proc/net/route': [
        'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
        'br0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
        'br0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
        'ens6\t006433C6\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
        '',
      ].join('\n'),
      '/proc/net/if_inet6': [
        '00000000000000000000000000000001 01 80 10 80       lo',
        '20010db8000000000000000000000010 02 40 00 80      br0',
        '',
      ].join('\n'),
      '/etc/systemd/network/20-vf.network': '[Match]\nName=ens6\n[Network]\nDHCP=yes\n',
      '/proc/stat': 'cpu  100 0 50 900 1 0 2 7 0 0\n',
      '/proc/interrupts':
        '           CPU0       CPU1\nHYP:        12          0   Hypervisor callback interrupts\nHVS:         0          0   Hyper-V stimer0 interrupts\n',
      '/proc/cmdline': 'root=/dev/mapper/vg-root ro nopvspin\n',
      '/proc/sys/kernel/osrelease': '6.1.0-50-cloud-amd64\n',
      '/proc/modules': 'virtio_rng 16384 0 - Live 0x0000000000000000\n',
      '/lib/modules/6.1.0-50-cloud-amd64/modules.dep':
        'kernel/drivers/char/hw_random/virtio-rng.ko:\nkernel/drivers/ptp/ptp_kvm.ko:\n',
      '/lib/modules/6.1.0-50-cloud-amd64/modules.builtin': 'kernel/drivers/virtio/virtio_pci.ko\n',
      '/boot/config-6.1.0-50-cloud-amd64':
        'CONFIG_KVM_GUEST=y\nCONFIG_PARAVIRT=y\nCONFIG_PARAVIRT_SPINLOCKS=y\n# CONFIG_PARAVIRT_TIME_ACCOUNTING is not set\n',
      '/sys/class/virtio-ports/vport1p1/name': 'org.qemu.guest_agent.0\n',
      '/sys/fs/cgroup/system.slice/ssh.service/cgroup.procs': '1\n',
    },
  },
);

const BUS = 'LNXSYSTM:00/LNXSYBUS:00/ACPI0004:00/VMBUS:00';
const GUIDS = {
  scsi: 'f8b3781a-1e82-4818-a1c3-63d806ec15bb',
  nic: '00155d01-0203-0015-5d01-020300155d01',
  pci: '47505500-0001-0000-3130-444531444234',
  balloon: '1eccfd72-4b41-45ef-b73a-4a6e44c12924',
  kvp: '242ff919-07db-4180-9c2e-b86cb68c8c55',
};

/** Generation 2, with accelerated networking: a virtual function and an NVMe disk behind Hyper-V's PCI bus. */
export const hyperv: Required<Contents> = joined(
  sysfs(
    [
      { at: BUS, bus: 'acpi', modalias: 'acpi:VMBUS:VMBUS:', driver: 'vmbus' },
      {
        at: `${BUS}/${GUIDS.scsi}`,
        bus: 'vmbus',
        modalias: 'vmbus:d96361baa104294db60572e2ffb1dc7f',
        driver: 'hv_storvsc',
      },
      {
        at: `${BUS}/${GUIDS.nic}`,
        bus: 'vmbus',
        modalias: 'vmbus:635161f83edfc546913ff2d2f965ed0e',
        driver: 'hv_netvsc',
      },
      { at: `${BUS}/${GUIDS.pci}`, bus: 'vmbus', modalias: 'vmbus:1df6c444444400449d52802e27ede19f', driver: 'hv_pci' },
      { at: `${BUS}/${GUIDS.balloon}`, bus: 'vmbus', modalias: 'vmbus:dc7450528589e2468057a307dc18a502' },
      {
        at: `${BUS}/${GUIDS.kvp}`,
        bus: 'vmbus',
        modalias: 'vmbus:e7f4a0a9455a964db8278a841e8c03e6',
        driver: 'hv_utils',
      },
      {
        at: `${BUS}/${GUIDS.pci}/pci0001:00/0001:00:02.0`,
        bus: 'pci',
        modalias: 'pci:v000015B3d00001016sv000015B3sd00000190bc02sc00i00',
        driver: 'mlx5_core',
      },
      {
        at: `${BUS}/${GUIDS.pci}/pci0001:00/0001:00:03.0`,
        bus: 'pci',
        modalias: 'pci:v00001414d0000B111sv00001414sd00000001bc01sc08i02',
        driver: 'nvme',
      },
      ...scsi(`${BUS}/${GUIDS.scsi}/host0`, '0:0:0:0', '00', 'sd'),
    ],
    [
      `${BUS}/${GUIDS.scsi}/host0/target0:0:0/0:0:0:0/block/sda`,
      `${BUS}/${GUIDS.nic}/net/eth0`,
      `${BUS}/${GUIDS.pci}/pci0001:00/0001:00:02.0/net/enP1s2`,
    ],
  ),
  {
    links: {
      [`/sys/devices/${BUS}/${GUIDS.nic}/net/eth0/device`]: `/sys/devices/${BUS}/${GUIDS.nic}`,
      [`/sys/devices/${BUS}/${GUIDS.nic}/net/eth0/lower_enP1s2`]: '/sys/class/net/enP1s2',
    },
    files: {
      '/proc/net/if_inet6': '20010db8000000000000000000000020 02 40 00 80     eth0\n',
      ...inquiry(`${BUS}/${GUIDS.scsi}/host0/target0:0:0/0:0:0:0`, 'Msft', 'Virtual Disk'),
      ...dmiOf({ sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' }),
      '/cpuid.json': cpuidWith([
        'Microsoft Hv',
        hv1,
        {},
        { eax: 0x2e7f | (1 << 13), ebx: 0x30, edx: 1 << 10 },
        { eax: 0x2c, ebx: 0xfff },
        { eax: 240, ebx: 512 },
        { eax: 0x0f },
      ]),
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'hyperv_clocksource_tsc_page acpi_pm \n',
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'hyperv_clocksource_tsc_page\n',
      '/sys/class/ptp/ptp0/clock_name': 'hyperv\n',
      '/proc/interrupts':
        'HYP:        99   Hypervisor callback interrupts\nHRE:   0  Hyper-V reenlightenment interrupts\nHVS:  5 Hyper-V stimer0 interrupts\n',
      '/proc/sys/kernel/osrelease': '6.1.0-50-amd64\n',
      '/lib/modules/6.1.0-50-amd64/modules.dep':
        'kernel/drivers/hv/hv_balloon.ko.xz: kernel/drivers/hv/hv_vmbus.ko.xz\n',
      '/sys/fs/cgroup/system.slice/hv-kvp-daemon.service/cgroup.procs': '7\n',
    },
  },
);

/** pvscsi and vmxnet3 behind root ports, a CD drive on AHCI, the display, a GPU handed through. */
export const vmware: Required<Contents> = joined(
  sysfs(
    [
      pci('0000:00:00.0', 'pci:v00008086d00007190sv000015ADsd00001976bc06sc00i00', 'agpgart-intel'),
      pci('0000:00:0f.0', 'pci:v000015ADd00000405sv000015ADsd00000405bc03sc00i00', 'vmwgfx'),
      pci('0000:00:07.7', 'pci:v000015ADd00000740sv000015ADsd00000740bc08sc80i00', 'vmw_vmci'),
      pci('0000:00:15.0', 'pci:v000015ADd000007A0sv000015ADsd000007A0bc06sc04i00', 'pcieport'),
      pci('0000:00:15.0/0000:03:00.0', 'pci:v000015ADd000007C0sv000015ADsd000007C0bc01sc07i00', 'vmw_pvscsi'),
      ...scsi('pci0000:00/0000:00:15.0/0000:03:00.0/host0', '0:0:0:0', '00', 'sd'),
      pci('0000:00:16.0/0000:0b:00.0', 'pci:v000015ADd000007B0sv000015ADsd000007B0bc02sc00i00', 'vmxnet3'),
      pci('0000:00:11.0/0000:02:04.0', 'pci:v000015ADd000007E0sv000015ADsd000007E0bc01sc06i01', 'ahci'),
      ...scsi('pci0000:00/0000:00:11.0/0000:02:04.0/ata3/host3', '3:0:0:0', '05', 'sr'),
      pci('0000:00:17.0/0000:13:00.0', 'pci:v000010DEd00001EB8sv000010DEsd000012A2bc03sc02i00', 'nvidia'),
    ],
    [
      'pci0000:00/0000:00:15.0/0000:03:00.0/host0/target0:0:0/0:0:0:0/block/sda',
      'pci0000:00/0000:00:16.0/0000:0b:00.0/net/ens192',
      'pci0000:00/0000:00:11.0/0000:02:04.0/ata3/host3/target3:0:0/3:0:0:0/block/sr0',
    ],
  ),
  {
    files: {
      ...inquiry('pci0000:00/0000:00:15.0/0000:03:00.0/host0/target0:0:0/0:0:0:0', 'VMware', 'Virtual disk'),
      ...inquiry('pci0000:00/0000:00:11.0/0000:02:04.0/ata3/host3/target3:0:0/3:0:0:0', 'NECVMWar', 'VMware SATA CD00'),
      ...dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware7,1' }),
      '/cpuid.json': cpuidWith(['VMwareVMware']),
      '/proc/stat': 'cpu  1 0 1 1 0 0 0 0 0 0\n',
      '/proc/modules': 'vmw_balloon 28672 0 - Live 0x0\nvmw_vmci 86016 1 - Live 0x0\n',
      '/sys/fs/cgroup/system.slice/open-vm-tools.service/cgroup.procs': '7\n',
      '/usr/bin/vmtoolsd': '',
      '/proc/self/mounts': 'vmhgfs-fuse /mnt/hgfs fuse.vmhgfs-fuse rw 0 0\n',
    },
  },
);

/** A paravirtual guest: no firmware, no PCI but what pcifront brings. */
export const xenPv: Required<Contents> = joined(
  sysfs(
    [
      { at: 'vbd-51712', bus: 'xen', modalias: 'xen:vbd', driver: 'vbd' },
      { at: 'vif-0', bus: 'xen', modalias: 'xen:vif', driver: 'vif' },
      { at: 'pci-0', bus: 'xen', modalias: 'xen:pci', driver: 'pcifront' },
      {
        at: 'pci-0/pci0000:00/0000:00:00.0',
        bus: 'pci',
        modalias: 'pci:v000010ECd00008139sv000010ECsd00008139bc02sc00i00',
        driver: '8139too',
      },
    ],
    ['vbd-51712/block/xvda', 'vif-0/net/enX0', 'pci-0/pci0000:00/0000:00:00.0/net/eth1'],
  ),
  numbered('vbd-51712/block/xvda/xvda1', '202:1'),
  {
    folders: ['/proc/xen', '/sys/devices/system/xen_memory/xen_memory0'],
    files: {
      '/dev/xen/xenbus': '',
      '/sys/hypervisor/type': 'xen\n',
      '/sys/hypervisor/guest_type': 'PV\n',
      '/sys/hypervisor/properties/features': '00002705\n',
      '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'xen tsc \n',
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'xen\n',
      '/proc/self/mountinfo': '22 1 202:1 / / rw - ext4 /dev/xvda1 rw\n',
      '/proc/swaps': 'Filename Type Size Used Priority\n/swap\\040file file 1 0 -2\n',
    },
  },
);
