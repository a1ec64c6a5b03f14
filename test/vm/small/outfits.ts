/**
 * What a small machine can carry, as tables. Programs come from one Debian root tree, with the shared libraries that `ldd` finds;
 * `folders` are taken whole; `modules` are the kernel's, each with what it depends on.
 */
export interface Outfit {
  /** Debian packages the tree needs for it. */
  packages: string[];
  /** Its programs come from the tree of the whole appliance with these packages instead, which a scenario of that kind makes anyway. */
  appliance?: string[];
  programs: string[];
  folders?: string[];
  /** Names, as modprobe(8) knows them. */
  modules: string[];
  /** It starts guests of its own, whose kernel and initramfs it needs. */
  hosts?: true;
}

const coreutils = ['base64', 'cat', 'mkdir', 'stat', 'stty', 'uname', 'dd'];
/** What upstream's Node is linked against (readelf -d), glibc's empty old ones included. */
const nodeLibraries = ['libstdc++.so.6', 'libgcc_s.so.1', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'];

export const outfits = {
  /** In every small machine: a shell, the detectors we stand beside, and the drivers of every bus the lab has. */
  stock: {
    packages: [
      'busybox-static',
      'systemd',
      'kmod',
      'virt-what',
      'dmidecode',
      'libstdc++6',
      'gzip',
      'util-linux',
      'xenstore-utils',
    ],
    programs: [
      ...['/bin/bash', '/bin/dash', '/bin/busybox', '/bin/kmod', '/bin/gzip', '/usr/bin/getopt', '/usr/bin/lscpu'],
      ...coreutils.map(name => `/bin/${name}`),
      ...['/usr/bin/systemd-detect-virt', '/usr/sbin/virt-what', '/usr/libexec/virt-what-cpuid-helper'],
      ...['/usr/sbin/dmidecode', '/usr/bin/xenstore-read'],
      ...nodeLibraries.map(name => `/usr/lib/x86_64-linux-gnu/${name}`),
    ],
    folders: ['/usr/lib/locale/C.utf8'],
    modules: [
      ...['cpuid', 'msr', 'qemu_fw_cfg', 'virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net', 'virtio_rng'],
      ...['virtio_balloon', 'virtio_console', 'vmw_balloon', 'vmw_vmci', 'vmw_pvscsi', 'vmxnet3', 'e1000', 'e1000e'],
      ...['ata_piix', 'ata_generic', 'ahci', 'nvme', 'sd_mod', 'sr_mod', 'isofs', 'udf', 'ext4'],
      ...['hv_vmbus', 'hv_netvsc', 'hv_storvsc', 'hv_utils', 'hyperv_keyboard', 'hv_balloon'],
      ...['xen-blkfront', 'xen-netfront', 'xenfs', 'xen-privcmd', 'xen-evtchn'],
    ],
  },
  /** A host of KVM guests: QEMU inside, with the firmware a direct kernel boot needs. */
  kvm: {
    packages: ['qemu-system-x86'],
    programs: ['/usr/bin/qemu-system-x86_64'],
    folders: ['/usr/share/qemu', '/usr/share/seabios'],
    modules: ['kvm', 'kvm_amd'],
    hosts: true,
  },
  /** What dom0 of Xen needs to start guests; the hypervisor itself stays outside, it is the machine's kernel. */
  xen: {
    packages: ['xen-hypervisor-4.17-amd64', 'xen-utils-4.17', 'qemu-system-xen'],
    programs: [
      ...['xl', 'xenstored', 'xenconsoled', 'xen-init-dom0', 'libxl-save-helper'].map(
        name => `/usr/lib/xen-4.17/bin/${name}`,
      ),
      ...['/usr/lib/xen-4.17/boot/hvmloader', '/usr/libexec/xen-qemu-system-i386', '/usr/bin/xenstore-write'],
      '/etc/xen/xl.conf',
    ],
    folders: ['/usr/share/qemu', '/usr/share/seabios'],
    modules: ['xen-gntdev', 'xen-gntalloc'],
    hosts: true,
  },
  /** A guest of VMware: the clients of open-vm-tools, which need the emulator of ../vmware.ts where the host would be. */
  vmware: {
    packages: [],
    appliance: ['open-vm-tools'],
    programs: ['/usr/bin/vmware-rpctool', '/usr/bin/vmtoolsd'],
    modules: [],
  },
} satisfies Record<string, Outfit>;

export type OutfitName = keyof typeof outfits;
