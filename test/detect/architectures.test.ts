/** Machines without CPUID: firmware strings, device trees and architecture files are all there is. */
import { biosInformation, dmiOf } from './folder.ts';
import { judged, type Machine } from './judged.ts';

const machines: Record<string, Machine> = {
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
    is: { hypervisor: 'qemu', rule: 'devicetree' },
  },
  'kvmtool by device tree': {
    files: { '/proc/device-tree/compatible': 'linux,dummy-virt\0' },
    is: { hypervisor: 'lkvm' },
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
};

judged(machines);
