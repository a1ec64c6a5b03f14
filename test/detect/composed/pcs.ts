/** PCs as they show themselves, and what they are: the cases in which detectors disagree. Composed from the facts, not captured. */
import { biosInformation, cpuidOf, cpuidWithoutHypervisor, dmiOf, x86 } from '../folder.ts';
import { composed } from '../judged.ts';

const qemuPc = { sys_vendor: 'QEMU', product_name: 'Standard PC (Q35 + ICH9, 2009)', bios_vendor: 'SeaBIOS' };
const clocks = (names: string) => ({
  '/sys/devices/system/clocksource/clocksource0/available_clocksource': `${names}\n`,
});
const microsoft = { sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' };
const azureTag = { chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77' };
const xenDmi = { sys_vendor: 'Xen', product_name: 'HVM domU', bios_vendor: 'Xen' };

export const pcs = composed({
  'KVM on QEMU': {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: { ...dmiOf(qemuPc), ...x86(true) },
    is: {
      hypervisor: 'kvm',
      rule: 'cpuid-highest',
      certainty: 'certain',
      virtualized: true,
      arch: 'x86_64',
      platform: null,
    },
  },
  'QEMU without acceleration': {
    cpuid: cpuidOf('TCGTCGTCGTCG'),
    files: dmiOf(qemuPc),
    is: { hypervisor: 'qemu', rule: 'cpuid-highest', virtualized: true },
  },
  VMware: {
    cpuid: cpuidOf('VMwareVMware'),
    files: dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware Virtual Platform' }),
    is: { hypervisor: 'vmware', rule: 'cpuid-highest', certainty: 'certain' },
  },
  'VMware that hides its hypervisor bit': {
    cpuid: cpuidWithoutHypervisor,
    files: { ...dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware Virtual Platform' }), ...x86(false) },
    is: { hypervisor: 'vmware', rule: 'firmware-monitor', certainty: 'inferred' },
  },
  'VMware without the cpuid module': {
    files: { ...dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware20,1' }), ...x86(true) },
    is: { hypervisor: 'vmware', rule: 'firmware', certainty: 'inferred' },
  },
  'KVM without the cpuid module': {
    files: { ...dmiOf(qemuPc), ...x86(true), ...clocks('kvm-clock tsc hpet acpi_pm') },
    is: { hypervisor: 'kvm', rule: 'kernel', certainty: 'certain' },
  },
  'QEMU without acceleration and without the cpuid module': {
    files: { ...dmiOf(qemuPc), ...x86(true), ...clocks('hpet acpi_pm') },
    is: { hypervisor: 'qemu', rule: 'firmware', certainty: 'inferred' },
  },
  'a processor model only QEMU has': {
    files: { '/proc/cpuinfo': 'model name\t: QEMU Virtual CPU version 2.5+\nflags\t: fpu hypervisor\n' },
    is: { hypervisor: 'qemu', rule: 'cpu-model' },
  },
  'bare metal whose processor answers unknown leaves with noise': {
    cpuid: JSON.stringify({ ...JSON.parse(cpuidOf('KVMKVMKVM')), ...JSON.parse(cpuidWithoutHypervisor) }),
    is: { hypervisor: 'none', rule: 'no-hypervisor-bit' },
  },
  'user-mode Linux': {
    files: { '/proc/cpuinfo': 'processor\t: 0\nvendor_id\t: User Mode Linux\nmodel name\t: UML\n' },
    is: { hypervisor: 'uml', rule: 'uml', certainty: 'certain' },
  },
  'bare metal': {
    cpuid: cpuidWithoutHypervisor,
    files: { ...dmiOf({ sys_vendor: 'Dell Inc.', product_name: 'PowerEdge R640' }), ...x86(false) },
    is: { hypervisor: 'none', rule: 'no-hypervisor-bit', certainty: 'certain', virtualized: false },
  },
  'an empty folder': {
    is: { hypervisor: 'none', rule: 'no-evidence', certainty: 'inferred', virtualized: false, arch: null, buses: [] },
  },

  // Trap 1
  'KVM with Hyper-V enlightenments, its own name above': {
    cpuid: cpuidOf('Microsoft Hv', 'KVMKVMKVM'),
    files: dmiOf({ sys_vendor: 'Nutanix', product_name: 'AHV' }),
    is: { hypervisor: 'kvm', rule: 'cpuid-highest', platform: 'nutanix' },
  },
  'KVM with Hyper-V enlightenments, signed as itself': {
    cpuid: cpuidOf('Linux KVM Hv'),
    files: dmiOf(qemuPc),
    is: { hypervisor: 'kvm', rule: 'cpuid-highest' },
  },
  'KVM that signs as Hyper-V': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: { ...dmiOf(qemuPc), ...clocks('hyperv_clocksource_tsc_page tsc') },
    is: { hypervisor: 'kvm', rule: 'kvm-as-hyperv', certainty: 'inferred' },
  },
  "KVM that signs as Hyper-V, and QEMU's VMBus bridge": {
    cpuid: cpuidOf('Microsoft Hv'),
    files: { ...dmiOf(qemuPc), '/sys/bus/vmbus/devices/d34b2567-b9b6-42b9-8778-0a4ec0b955bf/device_id': '' },
    is: { hypervisor: 'kvm', rule: 'kvm-as-hyperv', buses: ['vmbus'] },
  },
  'KVM that signs as Hyper-V, of Red Hat': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: dmiOf({ sys_vendor: 'Red Hat', product_name: 'RHEV Hypervisor', bios_vendor: 'Seabios' }),
    is: { hypervisor: 'kvm', rule: 'kvm-as-hyperv', platform: 'rhev' },
  },
  'KVM that signs as Hyper-V, told by SeaBIOS alone': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: dmiOf({ sys_vendor: 'Some Host', bios_vendor: 'SeaBIOS' }),
    is: { hypervisor: 'kvm', rule: 'kvm-as-hyperv' },
  },
  'KVM that signs as Hyper-V, on Proxmox': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: dmiOf({ sys_vendor: 'Some Host', bios_vendor: 'Proxmox distribution of EDK II' }),
    is: { hypervisor: 'kvm', rule: 'kvm-as-hyperv', platform: 'proxmox' },
  },
  'KVM that hides under an invented name': {
    cpuid: cpuidOf('NotAGuest!'),
    files: dmiOf(qemuPc),
    is: { hypervisor: 'kvm', rule: 'kvm-hidden', certainty: 'inferred' },
  },
  'Hyper-V': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: { ...dmiOf(microsoft), '/sys/bus/vmbus/devices/d34b2567-b9b6-42b9-8778-0a4ec0b955bf/device_id': '' },
    is: { hypervisor: 'hyperv', rule: 'cpuid-highest', mode: null, buses: ['vmbus'], platform: null },
  },
  'Hyper-V, nested by kvm=off behind Microsoft firmware': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: dmiOf(microsoft),
    folders: ['/sys/bus/vmbus/devices'],
    is: { hypervisor: 'hyperv', buses: [] },
  },
  Azure: {
    cpuid: cpuidOf('Microsoft Hv'),
    files: dmiOf({ ...microsoft, ...azureTag }),
    is: { hypervisor: 'hyperv', platform: 'azure' },
  },

  // Trap 2
  'Xen with viridian': {
    cpuid: cpuidOf('Microsoft Hv', 'XenVMMXenVMM'),
    files: dmiOf(xenDmi),
    is: { hypervisor: 'xen', rule: 'xen', mode: 'hvm' },
  },
  'QEMU that emulates Xen': {
    cpuid: cpuidOf('XenVMMXenVMM', 'KVMKVMKVM'),
    files: dmiOf(xenDmi),
    is: { hypervisor: 'xen', mode: 'hvm' },
  },
  'Xen PV inside KVM': {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: { '/sys/hypervisor/type': 'xen\n', '/sys/hypervisor/guest_type': 'PV\n' },
    folders: ['/proc/xen'],
    is: { hypervisor: 'xen', mode: 'pv', virtualized: true },
  },
  'Xen PVH': {
    files: { '/sys/hypervisor/type': 'xen\n', '/sys/hypervisor/guest_type': 'PVH\n' },
    is: { hypervisor: 'xen', mode: 'pvh' },
  },
  'Xen whose firmware alone says so': {
    files: { ...dmiOf(xenDmi), ...x86(true) },
    is: { hypervisor: 'xen', mode: 'hvm', rule: 'firmware-xen', certainty: 'inferred' },
  },
  'Xen PV of an old kernel': { folders: ['/proc/xen'], is: { hypervisor: 'xen', mode: 'pv' } },

  // Trap 3
  'VirtualBox with its KVM interface': {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: { ...dmiOf({ sys_vendor: 'innotek GmbH', product_name: 'VirtualBox' }), ...clocks('kvm-clock tsc') },
    is: { hypervisor: 'virtualbox', rule: 'firmware-virtualbox' },
  },
  "VirtualBox with its host's SMBIOS": {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: dmiOf({ sys_vendor: 'LENOVO', product_name: '20XW', board_vendor: 'Oracle Corporation' }),
    is: { hypervisor: 'virtualbox', rule: 'board-virtualbox' },
  },
  'VirtualBox told by its PCI device': {
    cpuid: cpuidOf('Microsoft Hv'),
    files: { '/sys/bus/pci/devices/0000:00:04.0/modalias': 'pci:v000080EEd0000CAFEsv00000000sd00000000bc08sc80i00\n' },
    is: { hypervisor: 'virtualbox', buses: ['pci'] },
  },
  "one of Oracle's own servers": {
    cpuid: cpuidWithoutHypervisor,
    files: dmiOf({
      sys_vendor: 'Oracle Corporation',
      product_name: 'ORACLE SERVER X8-2',
      board_vendor: 'Oracle Corporation',
    }),
    is: { hypervisor: 'none' },
  },
  Parallels: {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: dmiOf({ sys_vendor: 'Parallels Software International Inc.', product_name: 'Parallels Virtual Platform' }),
    is: { hypervisor: 'parallels', rule: 'firmware-parallels' },
  },

  // Trap 4
  'Xen dom0 by its capabilities': {
    cpuid: cpuidOf('XenVMMXenVMM'),
    files: { ...dmiOf({ sys_vendor: 'Dell Inc.' }), '/proc/xen/capabilities': 'control_d\n' },
    is: { hypervisor: 'xen', mode: 'dom0', rule: 'xen-dom0', virtualized: false },
  },
  'Xen dom0 by its features': {
    files: { '/sys/hypervisor/type': 'xen\n', '/sys/hypervisor/properties/features': '00002fd3' + '\n' },
    is: { hypervisor: 'xen', mode: 'dom0', virtualized: false },
  },
  'a Xen guest by its features': {
    files: { '/sys/hypervisor/type': 'xen\n', '/sys/hypervisor/properties/features': '000002f1\n' },
    is: { hypervisor: 'xen', mode: 'pv', virtualized: true },
  },
  'Xen dom0 inside QEMU': {
    files: { ...dmiOf(qemuPc), '/proc/xen/capabilities': 'control_d\n' },
    is: { hypervisor: 'xen', mode: 'dom0', virtualized: true },
  },
  "Xen dom0 that shows its outer hypervisor's CPUID": {
    cpuid: cpuidOf('VMwareVMware'),
    files: { '/proc/xen/capabilities': 'control_d\n' },
    is: { hypervisor: 'xen', mode: 'dom0', virtualized: true },
  },
  'an isolated Hyper-V guest with the bit of the root partition': {
    cpuid: JSON.stringify({ ...JSON.parse(cpuidOf('Microsoft Hv')), '0x40000003': { ebx: '0x00401000' } }),
    files: dmiOf(microsoft),
    is: { hypervisor: 'hyperv', mode: null, rule: 'cpuid-highest', virtualized: true },
  },
  'the root partition of Hyper-V': {
    cpuid: JSON.stringify({ ...JSON.parse(cpuidOf('Microsoft Hv')), '0x40000003': { ebx: '0x00001001' } }),
    files: dmiOf({ sys_vendor: 'Dell Inc.' }),
    is: { hypervisor: 'hyperv', mode: 'root', rule: 'hyperv-root', virtualized: false },
  },
  'a KVM host': {
    cpuid: cpuidWithoutHypervisor,
    files: { ...x86(false), '/dev/kvm': '', '/sys/module/kvm_intel/refcnt': '3', '/sys/module/vboxdrv/refcnt': '1' },
    is: { hypervisor: 'none', virtualized: false },
  },
  'EC2 bare metal': {
    cpuid: cpuidWithoutHypervisor,
    files: {
      ...dmiOf({ sys_vendor: 'Amazon EC2', product_name: 'i3.metal' }),
      ...x86(false),
      ...biosInformation(false),
    },
    is: { hypervisor: 'none', platform: 'aws', virtualized: false },
  },
  'Alibaba bare metal': {
    files: { ...dmiOf({ sys_vendor: 'Alibaba Cloud', product_name: 'Alibaba Cloud ECS' }), ...x86(false) },
    is: { hypervisor: 'none', platform: 'alibaba', virtualized: false },
  },
  'a Nutanix node': {
    files: { ...dmiOf({ sys_vendor: 'Nutanix', product_name: 'NX-1065-G6' }), ...x86(false) },
    is: { hypervisor: 'none', platform: null },
  },
  'a Microsoft Surface': {
    files: { ...dmiOf({ sys_vendor: 'Microsoft Corporation', product_name: 'Surface Pro' }), ...x86(false) },
    is: { hypervisor: 'none' },
  },

  // Trap 5
  'EC2 Nitro': {
    cpuid: cpuidOf('KVMKVMKVM'),
    files: dmiOf({ sys_vendor: 'Amazon EC2', product_name: 'm5.large' }),
    is: { hypervisor: 'kvm', platform: 'aws' },
  },
  'EC2 on Xen': {
    cpuid: cpuidOf('XenVMMXenVMM'),
    files: {
      ...dmiOf({ ...xenDmi, bios_version: '4.11.amazon' }),
      '/sys/hypervisor/type': 'xen\n',
      '/sys/hypervisor/guest_type': 'HVM\n',
      '/sys/hypervisor/uuid': 'ec2e1916-9099-7caf-fd21-012345abcdef\n',
    },
    is: { hypervisor: 'xen', mode: 'hvm', platform: 'aws' },
  },

  // CPUID signatures without a case of their own
  ACRN: { cpuid: cpuidOf('ACRNACRNACRN'), is: { hypervisor: 'acrn', rule: 'cpuid-highest' } },
  QNX: { cpuid: cpuidOf('QNXQVMBSQG'), is: { hypervisor: 'qnx', rule: 'cpuid-highest' } },
  "Lockheed Martin's SRE": { cpuid: cpuidOf('SRESRESRESRE'), is: { hypervisor: 'sre', rule: 'cpuid-highest' } },
  'Apple VZ on Intel': { cpuid: cpuidOf('Apple VZ'), is: { hypervisor: 'apple', rule: 'cpuid-highest' } },
  kvmtool: { cpuid: cpuidOf('LKVMLKVMLKVM'), is: { hypervisor: 'lkvm', rule: 'cpuid-highest' } },
  'OpenBSD vmm': { cpuid: cpuidOf('OpenBSDVMM58'), is: { hypervisor: 'openbsd-vmm', rule: 'cpuid-highest' } },
  'OpenBSD vmm without the cpuid module': {
    files: { ...dmiOf({ sys_vendor: 'OpenBSD', product_name: 'VMM' }), ...x86(true) },
    is: { hypervisor: 'openbsd-vmm', rule: 'firmware' },
  },
  bhyve: {
    cpuid: cpuidOf('bhyve bhyve '),
    files: dmiOf({ sys_vendor: 'FreeBSD', bios_vendor: 'BHYVE' }),
    is: { hypervisor: 'bhyve' },
  },
  'bhyve that hides its hypervisor bit': {
    files: { ...dmiOf({ product_name: 'BHYVE', bios_vendor: 'BHYVE' }), ...x86(false) },
    is: { hypervisor: 'bhyve', rule: 'firmware-monitor', certainty: 'inferred' },
  },
  "a logical partition of Hitachi's Virtage": {
    files: { ...dmiOf({ sys_vendor: 'HITACHI', product_name: 'BladeSymphony 000 HVM LPAR' }), ...x86(true) },
    is: { hypervisor: 'lpar', rule: 'firmware' },
  },

  'an older SMBIOS table, with strings where the declaration would be': {
    files: { '/sys/firmware/dmi/entries/0-0/raw': Buffer.concat([Buffer.from([0, 0x12]), Buffer.alloc(22, 0x5f)]) },
    is: { hypervisor: 'none', rule: 'no-evidence' },
  },
  'an unknown name in /sys/hypervisor/type': {
    files: { '/sys/hypervisor/type': 'frobozz\n' },
    is: { hypervisor: 'other', rule: 'hypervisor-unknown', virtualized: true },
  },
  'a hypervisor nobody knows': {
    cpuid: cpuidOf('FrobozzFrobo'),
    files: dmiOf({ sys_vendor: 'Frobozz Magic' }),
    is: { hypervisor: 'other', rule: 'hypervisor-bit', virtualized: true },
  },
  'a hypervisor without signature, seen by the flag alone': {
    files: x86(true),
    is: { hypervisor: 'other', rule: 'hypervisor-bit', virtualized: true },
  },
  'firmware that says it is virtual, and nothing more': {
    files: biosInformation(true),
    is: { hypervisor: 'other', rule: 'firmware-declares', virtualized: true },
  },
  'an asset tag that mentions others': {
    files: { ...dmiOf({ sys_vendor: 'Dell Inc.', chassis_asset_tag: 'VMware QEMU Xen KVM 42' }), ...x86(false) },
    is: { hypervisor: 'none', platform: null },
  },
  'ESXi with the upper leaf far away': {
    cpuid: cpuidOf('Microsoft Hv', '', '', 'VMwareVMware'),
    is: { hypervisor: 'vmware' },
  },
});
