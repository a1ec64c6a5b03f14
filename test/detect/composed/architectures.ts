/** Machines without CPUID: firmware strings, device trees and architecture files are all there is. Composed from the facts, not captured. */
import { biosInformation, dmiOf } from '../folder.ts';
import { composed } from '../judged.ts';

export const architectures = composed({
  'EC2 Graviton': {
    files: {
      ...dmiOf({ sys_vendor: 'Amazon EC2', product_name: 'm6g.large' }),
      ...biosInformation(true),
      '/proc/cpuinfo': 'processor\t: 0\nFeatures\t: fp asimd\n',
      '/proc/sys/kernel/arch': 'aarch64\n',
    },
    is: { hypervisor: 'kvm', rule: 'firmware-cloud', platform: 'aws', arch: 'aarch64' },
  },
  'EC2 Graviton bare metal, tables unreadable': {
    files: dmiOf({ sys_vendor: 'Amazon EC2', product_name: 'm6g.metal' }),
    is: { hypervisor: 'none', platform: 'aws' },
  },

  'KVM on ARM': {
    files: dmiOf({ sys_vendor: 'QEMU', product_name: 'KVM Virtual Machine' }),
    is: { hypervisor: 'kvm', rule: 'firmware' },
  },
  'Apple silicon': {
    files: dmiOf({ sys_vendor: 'Apple Inc.', product_name: 'Apple Virtualization Generic Platform' }),
    is: { hypervisor: 'apple' },
  },
  'OpenStack on ARM': {
    files: dmiOf({ sys_vendor: 'OpenStack Foundation', product_name: 'OpenStack Nova' }),
    is: { hypervisor: 'kvm', platform: 'openstack' },
  },
  'QEMU by device tree': {
    files: { '/proc/device-tree/compatible': 'linux,dummy-virt\0' },
    folders: ['/proc/device-tree/fw-cfg@9020000'],
    is: { hypervisor: 'qemu', rule: 'machine', certainty: 'inferred' },
  },
  'kvmtool by device tree': {
    files: { '/proc/device-tree/compatible': 'linux,dummy-virt\0' },
    is: { hypervisor: 'lkvm', rule: 'machine', certainty: 'inferred' },
  },
  'Google Axion': {
    files: {
      ...dmiOf({ sys_vendor: 'Google', product_name: 'Google Compute Engine' }),
      '/proc/sys/kernel/arch': 'aarch64\n',
    },
    is: { hypervisor: 'kvm', rule: 'firmware-cloud', platform: 'gcp' },
  },
  'Google Axion bare metal': {
    files: { ...dmiOf({ sys_vendor: 'Google', product_name: 'Google Compute Engine' }), ...biosInformation(false) },
    is: { hypervisor: 'none', platform: 'gcp', virtualized: false },
  },
  'EC2 Graviton bare metal of a size': {
    files: dmiOf({ sys_vendor: 'Amazon EC2', product_name: 'm7g.metal-48xl' }),
    is: { hypervisor: 'none', platform: 'aws' },
  },
  'Alibaba on ARM': {
    files: dmiOf({ sys_vendor: 'Alibaba Cloud', product_name: 'Alibaba Cloud ECS' }),
    is: { hypervisor: 'kvm', rule: 'firmware', platform: 'alibaba' },
  },
  'KubeVirt on ARM': {
    files: dmiOf({ sys_vendor: 'KubeVirt', product_name: 'None' }),
    is: { hypervisor: 'kvm', rule: 'firmware', platform: 'kubevirt' },
  },
  'Hetzner on ARM': {
    files: { ...dmiOf({ sys_vendor: 'Hetzner', product_name: 'vServer' }), ...biosInformation(true) },
    is: { hypervisor: 'kvm', rule: 'firmware-cloud', platform: 'hetzner' },
  },
  'VirtualBox on Apple silicon': {
    files: dmiOf({ sys_vendor: 'innotek GmbH', product_name: 'VirtualBox' }),
    is: { hypervisor: 'virtualbox', rule: 'firmware-virtualbox' },
  },
  'Parallels on Apple silicon': {
    files: dmiOf({ sys_vendor: 'Parallels International GmbH.', product_name: 'Parallels ARM Virtual Machine' }),
    is: { hypervisor: 'parallels' },
  },
  'VMware on Apple silicon': {
    files: dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware20,1' }),
    is: { hypervisor: 'vmware', rule: 'firmware' },
  },
  'Azure on ARM': {
    files: {
      ...dmiOf({
        sys_vendor: 'Microsoft Corporation',
        product_name: 'Virtual Machine',
        chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77',
      }),
      '/sys/bus/vmbus/devices/d34b2567-b9b6-42b9-8778-0a4ec0b955bf/device_id': '',
    },
    is: { hypervisor: 'hyperv', rule: 'kernel', certainty: 'certain', platform: 'azure' },
  },
  'Xen on ARM': {
    files: {
      '/proc/device-tree/hypervisor/compatible': 'xen,xen-4.17\0xen,xen\0',
      '/proc/device-tree/compatible': 'xen,xenvm-4.17\0xen,xenvm\0',
      '/sys/hypervisor/type': 'xen\n',
      '/sys/hypervisor/guest_type': 'PVH\n',
    },
    is: { hypervisor: 'xen', mode: 'pvh', rule: 'xen' },
  },
  'VMware by device tree': {
    files: { '/proc/device-tree/hypervisor/compatible': 'vmware\0' },
    is: { hypervisor: 'vmware', rule: 'devicetree', certainty: 'certain' },
  },
  'an unknown hypervisor by device tree': {
    files: { '/proc/device-tree/hypervisor/compatible': 'qcom,gunyah-hypervisor\0' },
    is: { hypervisor: 'other', rule: 'devicetree', virtualized: true },
  },
  'an ordinary ARM board': {
    files: { '/proc/device-tree/compatible': 'raspberrypi,4-model-b\0brcm,bcm2711\0' },
    is: { hypervisor: 'none', rule: 'no-evidence', certainty: 'inferred' },
  },
  "RISC-V on QEMU's board": {
    files: { '/proc/device-tree/compatible': 'riscv-virtio\0' },
    is: { hypervisor: 'qemu', rule: 'machine' },
  },

  PowerVM: {
    files: {
      '/proc/device-tree/compatible': 'IBM,9009-42A\0',
      '/proc/device-tree/ibm,partition-name': 'lpar7\0',
      '/proc/device-tree/hmc-managed?': '',
      '/proc/sys/kernel/arch': 'ppc64le\n',
    },
    is: { hypervisor: 'powervm', rule: 'devicetree', certainty: 'certain', arch: 'ppc64le' },
  },
  'PowerVM by /proc/cpuinfo, behind many processors': {
    files: {
      '/proc/cpuinfo': `${'processor\t: 0\ncpu\t\t: POWER9\n\n'.repeat(2000)}timebase\t: 512000000\nplatform\t: pSeries\nmodel\t\t: IBM,9009-42A\n`,
    },
    is: { hypervisor: 'powervm', rule: 'machine', certainty: 'inferred' },
  },
  'POWER emulated by QEMU': {
    files: {
      '/proc/device-tree/compatible': 'qemu,pseries\0',
      '/proc/device-tree/ibm,partition-name': 'guest\0',
      '/proc/cpuinfo': 'platform\t: pSeries\nmodel\t\t: IBM pSeries (emulated by qemu)\n',
    },
    is: { hypervisor: 'qemu', rule: 'machine', overruled: [] },
  },
  'KVM on POWER': {
    files: {
      '/proc/device-tree/hypervisor/compatible': 'linux,kvm\0',
      '/proc/device-tree/compatible': 'qemu,pseries\0',
      '/proc/device-tree/ibm,partition-name': 'guest\0',
    },
    is: { hypervisor: 'kvm', rule: 'devicetree' },
  },
  'POWER told by its screen': {
    files: { '/proc/device-tree/chosen/qemu,graphic-width': '', '/proc/device-tree/ibm,partition-name': 'guest\0' },
    is: { hypervisor: 'qemu', rule: 'machine' },
  },
  'bare-metal POWER': {
    files: {
      '/proc/device-tree/compatible': 'ibm,powernv\0ibm,p9-openbmc\0',
      '/proc/cpuinfo': 'processor\t: 0\nplatform\t: PowerNV\n',
    },
    is: { hypervisor: 'none', rule: 'no-evidence' },
  },

  'a logical domain of SPARC': {
    files: {
      '/dev/mdesc': '',
      '/proc/sys/kernel/arch': 'sparc64\n',
      '/proc/cpuinfo': 'cpu\t: SPARC-M7\ntype\t: sun4v\n',
    },
    is: { hypervisor: 'ldoms', rule: 'mdesc', certainty: 'certain', arch: 'sparc64', virtualized: true },
  },

  'KVM on s390': {
    files: {
      '/proc/sysinfo': 'LPAR Number:          31\n\nVM00 Name:            LINUX02\nVM00 Control Program: KVM/Linux\n',
    },
    is: { hypervisor: 'kvm', rule: 'sysinfo' },
  },
  'KVM inside z/VM': {
    files: {
      '/proc/sysinfo':
        'LPAR Number:          31\n\nVM00 Control Program: KVM/Linux\n\nVM01 Control Program: z/VM    7.2.0\n',
    },
    is: { hypervisor: 'kvm', rule: 'sysinfo' },
  },
  'an unknown control program': {
    files: { '/proc/sysinfo': 'VM00 Control Program: FROBOZZ\n' },
    is: { hypervisor: 'other', rule: 'sysinfo', virtualized: true },
  },
  'KVM by device tree': {
    files: { '/proc/device-tree/hypervisor/compatible': 'something\0linux,kvm\0' },
    is: { hypervisor: 'kvm', rule: 'devicetree' },
  },
  'z/VM': {
    files: {
      '/proc/sysinfo':
        'LPAR Number:          31\n\nVM00 Name:            LINUX01\nVM00 Control Program: z/VM    7.2.0\n',
    },
    is: { hypervisor: 'zvm', rule: 'sysinfo' },
  },
  'a logical partition': { files: { '/proc/sysinfo': 'LPAR Number:          31\n' }, is: { hypervisor: 'lpar' } },
});
