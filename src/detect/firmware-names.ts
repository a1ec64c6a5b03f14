/**
 * Who signs the firmware tables: SMBIOS strings and the hypervisor or platform each speaks for. Order matters only between
 * rows for the same kind of answer: `KVM` in the product stands before `QEMU` as the vendor.
 * Sources: systemd src/basic/virt.c (dmi_vendor_table), virt-what, cloud-init tools/ds-identify, and the vendors' own pages.
 */
import type { Hypervisor } from './detection.ts';
import type { DmiField } from './probes/dmi.ts';

/** Platforms by the words of design.md, in the order in which they win where two are named. */
export const platforms = [
  'aws',
  'azure',
  'gcp',
  'alibaba',
  'oracle',
  'digitalocean',
  'hetzner',
  'vultr',
  'exoscale',
  'scaleway',
  'upcloud',
  'linode',
  'nutanix',
  'ovirt',
  'rhev',
  'kubevirt',
  'cloudstack',
  'openstack',
  'proxmox',
] as const;
export type KnownPlatform = (typeof platforms)[number];

interface FirmwareName {
  supports: Hypervisor | KnownPlatform;
  field: DmiField;
  matches: RegExp;
  /** A second string that must agree, where the first alone is carried by ordinary machines too. */
  together?: { field: DmiField; matches: RegExp };
}

const hypervisorNames: FirmwareName[] = [
  { supports: 'kvm', field: 'product_name', matches: /^KVM/ }, // QEMU's ARM machine says `KVM Virtual Machine` when accelerated
  { supports: 'kvm', field: 'product_name', matches: /^OpenStack/ },
  { supports: 'kvm', field: 'product_name', matches: /^Alibaba Cloud ECS/ },
  { supports: 'kvm', field: 'product_name', matches: /^KubeVirt/ },
  { supports: 'kvm', field: 'sys_vendor', matches: /^KubeVirt/ },
  { supports: 'kvm', field: 'product_name', matches: /^AHV/, together: { field: 'sys_vendor', matches: /^Nutanix/ } },
  { supports: 'apple', field: 'product_name', matches: /^Apple Virtualization/ },
  { supports: 'virtualbox', field: 'product_name', matches: /^VirtualBox/ },
  { supports: 'virtualbox', field: 'sys_vendor', matches: /^innotek GmbH/ },
  { supports: 'virtualbox', field: 'bios_vendor', matches: /^innotek GmbH/ },
  { supports: 'parallels', field: 'product_name', matches: /^Parallels/ },
  { supports: 'parallels', field: 'sys_vendor', matches: /^Parallels/ },
  { supports: 'parallels', field: 'bios_vendor', matches: /^Parallels/ },
  { supports: 'xen', field: 'sys_vendor', matches: /^Xen/ },
  { supports: 'xen', field: 'bios_vendor', matches: /^Xen/ },
  { supports: 'vmware', field: 'sys_vendor', matches: /^VMware|^VMW/ }, // Broadcom knowledge base 1009458
  { supports: 'vmware', field: 'product_name', matches: /^VMware/ },
  { supports: 'vmware', field: 'bios_vendor', matches: /^VMware|^VMW/ },
  { supports: 'bhyve', field: 'sys_vendor', matches: /^BHYVE/ },
  { supports: 'bhyve', field: 'product_name', matches: /^BHYVE/ },
  { supports: 'bhyve', field: 'bios_vendor', matches: /^BHYVE/ },
  // A Microsoft Surface is a Microsoft Corporation too.
  {
    supports: 'hyperv',
    field: 'product_name',
    matches: /^Virtual Machine$/,
    together: { field: 'sys_vendor', matches: /^Microsoft Corporation/ },
  },
  { supports: 'hyperv', field: 'product_version', matches: /^Hyper-V/ },
  { supports: 'qemu', field: 'sys_vendor', matches: /^QEMU/ },
  { supports: 'qemu', field: 'product_name', matches: /^QEMU/ },
  { supports: 'qemu', field: 'sys_vendor', matches: /^Bochs/ },
  { supports: 'qemu', field: 'bios_vendor', matches: /^Bochs/ }, // QEMU's firmware before SeaBIOS
];

const platformNames: FirmwareName[] = [
  { supports: 'aws', field: 'sys_vendor', matches: /^Amazon EC2/ },
  { supports: 'aws', field: 'product_version', matches: /\.amazon$/ }, // EC2 on Xen: `4.11.amazon`
  { supports: 'aws', field: 'bios_version', matches: /\.amazon$/ },
  { supports: 'azure', field: 'chassis_asset_tag', matches: /^7783-7084-3265-9085-8269-3286-77$/ },
  { supports: 'gcp', field: 'product_name', matches: /^Google Compute Engine/ },
  { supports: 'alibaba', field: 'sys_vendor', matches: /^Alibaba Cloud/ },
  { supports: 'alibaba', field: 'product_name', matches: /^Alibaba Cloud ECS/ },
  { supports: 'oracle', field: 'chassis_asset_tag', matches: /^OracleCloud\.com$/ },
  { supports: 'digitalocean', field: 'sys_vendor', matches: /^DigitalOcean/ },
  { supports: 'hetzner', field: 'sys_vendor', matches: /^Hetzner/ },
  { supports: 'vultr', field: 'sys_vendor', matches: /^Vultr/ },
  { supports: 'exoscale', field: 'product_name', matches: /^Exoscale/ },
  { supports: 'scaleway', field: 'sys_vendor', matches: /^Scaleway/ },
  { supports: 'upcloud', field: 'sys_vendor', matches: /^UpCloud/ },
  { supports: 'linode', field: 'sys_vendor', matches: /^(Akamai|Linode)/ },
  // A Nutanix node running something else carries the vendor alone.
  {
    supports: 'nutanix',
    field: 'product_name',
    matches: /^AHV/,
    together: { field: 'sys_vendor', matches: /^Nutanix/ },
  },
  { supports: 'ovirt', field: 'sys_vendor', matches: /^oVirt/ },
  { supports: 'rhev', field: 'product_name', matches: /^RHEV Hypervisor/ },
  { supports: 'kubevirt', field: 'product_name', matches: /^KubeVirt/ },
  { supports: 'kubevirt', field: 'sys_vendor', matches: /^KubeVirt/ },
  { supports: 'cloudstack', field: 'product_name', matches: /^CloudStack/ },
  { supports: 'openstack', field: 'product_name', matches: /^OpenStack (Nova|Compute)/ },
  { supports: 'openstack', field: 'chassis_asset_tag', matches: /^(OpenTelekomCloud|SAP CCloud VM|HUAWEICLOUD)$/ },
  { supports: 'proxmox', field: 'bios_vendor', matches: /^Proxmox/ }, // OVMF as Proxmox builds it; its SeaBIOS is not signed
];

/** All rows, in the order in which they are matched. */
export const firmwareNames: readonly FirmwareName[] = [...hypervisorNames, ...platformNames];

/** UUID and serial number that both start so; the case follows the SMBIOS version (cloud-init, ec2_identify_platform). */
export const identityNames: readonly { starts: string; supports: KnownPlatform }[] = [
  { starts: 'ec2', supports: 'aws' },
];
