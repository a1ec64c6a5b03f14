/**
 * Who runs the hypervisor: for each platform the strings by which the field knows it (sources: src/detect/firmware-names.ts).
 * Composed from those rules, not captured.
 */
import type { Platform } from '../../../src/detect/detection.ts';
import { cpuidOf, dmiOf } from '../folder.ts';
import { composed, type Machine } from '../judged.ts';

const uuid = 'EC2E1916-9099-7CAF-FD21-012345ABCDEF';

/** Every way in which a platform is known; each becomes a machine under KVM. */
const strings: [Platform, Record<string, string>][] = [
  ['aws', { sys_vendor: 'Amazon EC2' }],
  ['aws', { bios_vendor: 'Amazon EC2' }],
  ['aws', { bios_version: '4.11.amazon' }],
  ['aws', { product_version: '4.2.amazon' }],
  ['aws', { product_uuid: uuid, product_serial: uuid.toLowerCase() }],
  ['azure', { chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77' }],
  ['gcp', { product_name: 'Google Compute Engine' }],
  ['gcp', { product_serial: 'GoogleCloud-0123456789ABCDEF' }],
  ['alibaba', { sys_vendor: 'Alibaba Cloud' }],
  ['alibaba', { product_name: 'Alibaba Cloud ECS' }],
  ['oracle', { chassis_asset_tag: 'OracleCloud.com', sys_vendor: 'QEMU' }],
  ['digitalocean', { sys_vendor: 'DigitalOcean', product_name: 'Droplet' }],
  ['hetzner', { sys_vendor: 'Hetzner', product_name: 'vServer', board_vendor: 'KVM' }],
  ['vultr', { sys_vendor: 'Vultr', product_name: 'VC2' }],
  ['exoscale', { product_name: 'Exoscale Compute Platform' }],
  ['scaleway', { sys_vendor: 'Scaleway' }],
  ['upcloud', { sys_vendor: 'UpCloud' }],
  ['linode', { sys_vendor: 'Akamai' }],
  ['linode', { sys_vendor: 'Linode' }],
  ['cloudsigma', { product_name: 'CloudSigma' }],
  ['e24cloud', { sys_vendor: 'e24cloud' }],
  ['nwcs', { sys_vendor: 'NWCS' }],
  ['outscale', { sys_vendor: '3DS Outscale', product_name: '3DS Outscale VM' }],
  ['smartos', { sys_vendor: 'Joyent', product_name: 'SmartDC HVM' }],
  ['zstack', { chassis_asset_tag: 'c6a0b2.zstack.io' }],
  ['nutanix', { sys_vendor: 'Nutanix', product_name: 'AHV' }],
  ['ovirt', { sys_vendor: 'oVirt', product_name: 'RHEL' }],
  ['ovirt', { product_name: 'oVirt Node' }],
  ['rhev', { sys_vendor: 'Red Hat', product_name: 'RHEV Hypervisor' }],
  ['kubevirt', { sys_vendor: 'KubeVirt', product_name: 'None' }],
  ['cloudstack', { sys_vendor: 'Apache Software Foundation', product_name: 'CloudStack KVM Hypervisor' }],
  ['openstack', { sys_vendor: 'OpenStack Foundation', product_name: 'OpenStack Nova' }],
  ['openstack', { sys_vendor: 'Red Hat', product_name: 'OpenStack Compute' }],
  ['openstack', { chassis_asset_tag: 'OpenTelekomCloud' }],
  ['openstack', { chassis_asset_tag: 'OpenStack Nova' }],
  ['proxmox', { sys_vendor: 'QEMU', bios_vendor: 'Proxmox distribution of EDK II' }],
];

const known = strings.map(([platform, dmi]): [string, Omit<Machine, 'origin'>] => [
  `${platform} by ${Object.entries(dmi).join(' ').replaceAll(',', ' ')}`,
  { cpuid: cpuidOf('KVMKVMKVM'), files: dmiOf(dmi), is: { hypervisor: 'kvm', platform, rule: 'cpuid-highest' } },
]);

/** Strings that only look like a platform's. */
const lookAlikes: Record<string, string>[] = [
  { sys_vendor: 'Nutanix', product_name: 'NX-1065-G6' },
  { chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77-9' },
  { chassis_asset_tag: 'DigitalOcean' },
  { product_name: 'Not an Amazon EC2' },
  { product_uuid: uuid, product_serial: 'VMware-56 4d' },
  { sys_vendor: 'Microsoft Corporation', product_name: 'Virtual Machine' },
];

const unknown = lookAlikes.map((dmi): [string, Omit<Machine, 'origin'>] => [
  `no platform by ${Object.entries(dmi).join(' ').replaceAll(',', ' ')}`,
  { cpuid: cpuidOf('KVMKVMKVM'), files: dmiOf(dmi), is: { platform: null } },
]);

export const platformMachines = composed(Object.fromEntries([...known, ...unknown]));
