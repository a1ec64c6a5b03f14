/**
 * Who signs the firmware tables: SMBIOS strings, and the hypervisor or platform each speaks for. Rows are matched by field and
 * by prefix, as systemd does it, never across all strings. Their order matters only between rows for the same kind of answer:
 * `KVM` stands before `QEMU`, because QEMU signs as the vendor of KVM's machines too.
 */
import type { Hypervisor, Platform } from './detection.ts';

/** The strings that are looked at, under /sys/class/dmi/id; all of them readable by everybody. */
export const dmiFields = [
  'product_name',
  'sys_vendor',
  'board_vendor',
  'bios_vendor',
  'product_version',
  'bios_version',
  'chassis_asset_tag',
] as const;
export type DmiField = (typeof dmiFields)[number];

interface FirmwareName {
  supports: Hypervisor | Platform;
  /** Any of these. */
  fields: readonly DmiField[];
  matches: RegExp;
  /** A second string that must agree, where the first alone is carried by ordinary machines too. */
  together?: { field: DmiField; matches: RegExp };
}

const product = ['product_name'] as const;
const vendor = ['sys_vendor'] as const;
const tag = ['chassis_asset_tag'] as const;
/** Where systemd looks for a maker, in its order (virt.c, detect_vm_dmi_vendor). */
const maker = ['product_name', 'sys_vendor', 'board_vendor', 'bios_vendor'] as const;

/** A node of Nutanix that runs something else carries the vendor alone. */
const ahv = { matches: /^AHV/, together: { field: 'sys_vendor', matches: /^Nutanix/ } } as const;

/** Unless a row says otherwise: systemd src/basic/virt.c, dmi_vendor_table. */
const hypervisorNames: FirmwareName[] = [
  { supports: 'kvm', fields: maker, matches: /^KVM/ }, // QEMU's ARM board says `KVM Virtual Machine`; Hetzner's boards are KVM's
  { supports: 'kvm', fields: product, matches: /^OpenStack/ },
  { supports: 'kvm', fields: maker, matches: /^KubeVirt/ },
  { supports: 'kvm', fields: product, matches: /^Alibaba Cloud ECS/ }, // cloud-init ds-identify, dscheck_AliYun; its ARM machines have no CPUID
  { supports: 'kvm', fields: product, ...ahv }, // virt-what, nutanix_ahv
  { supports: 'kvm', fields: vendor, matches: /^(oVirt|Red Hat)/ }, // virt-what, ovirt and redhat
  { supports: 'kvm', fields: product, matches: /^(RHEV Hypervisor|oVirt Node)/ }, // virt-what; facter, Facts::Linux::Virtual
  { supports: 'apple', fields: product, matches: /^Apple Virtualization/ },
  { supports: 'virtualbox', fields: maker, matches: /^(VirtualBox|innotek GmbH)/ },
  { supports: 'parallels', fields: maker, matches: /^Parallels/ },
  { supports: 'xen', fields: maker, matches: /^Xen/ },
  { supports: 'vmware', fields: maker, matches: /^(VMware|VMW)/ }, // Broadcom knowledge base 1009458
  { supports: 'bhyve', fields: maker, matches: /^BHYVE/ },
  // A Microsoft Surface is a Microsoft Corporation too (virt-what asks for both).
  {
    supports: 'hyperv',
    fields: product,
    matches: /^Virtual Machine$/,
    together: { field: 'sys_vendor', matches: /^Microsoft Corporation/ },
  },
  { supports: 'hyperv', fields: ['product_version'], matches: /^Hyper-V/ },
  // facter, Facts::Linux::Virtual
  {
    supports: 'openbsd-vmm',
    fields: product,
    matches: /^VMM/,
    together: { field: 'sys_vendor', matches: /^OpenBSD/ },
  },
  // Virtage, the logical partitions of Hitachi's blades (virt-what, virtage).
  { supports: 'lpar', fields: product, matches: / LPAR/, together: { field: 'sys_vendor', matches: /^HITACHI/ } },
  { supports: 'qemu', fields: maker, matches: /^QEMU/ },
  { supports: 'qemu', fields: maker, matches: /^Bochs/ }, // QEMU's firmware before SeaBIOS
];

/** Unless a row says otherwise: cloud-init tools/ds-identify, the dscheck_ function of that name. */
const platformNames: FirmwareName[] = [
  { supports: 'aws', fields: ['sys_vendor', 'bios_vendor'], matches: /^Amazon EC2/ }, // virt-what, aws; bare metal too
  { supports: 'aws', fields: ['product_version', 'bios_version'], matches: /\.amazon$/ }, // virt-what: EC2 on Xen, `4.11.amazon`
  { supports: 'azure', fields: tag, matches: /^7783-7084-3265-9085-8269-3286-77$/ },
  { supports: 'gcp', fields: product, matches: /^Google Compute Engine/ },
  { supports: 'alibaba', fields: vendor, matches: /^Alibaba/ }, // virt-what, alibaba_cloud
  { supports: 'alibaba', fields: product, matches: /^Alibaba Cloud ECS/ },
  { supports: 'oracle', fields: tag, matches: /^OracleCloud\.com$/ },
  { supports: 'digitalocean', fields: vendor, matches: /^DigitalOcean$/ },
  { supports: 'hetzner', fields: vendor, matches: /^Hetzner$/ },
  { supports: 'vultr', fields: vendor, matches: /^Vultr$/ },
  { supports: 'exoscale', fields: product, matches: /^Exoscale/ },
  { supports: 'scaleway', fields: vendor, matches: /^Scaleway$/ },
  { supports: 'upcloud', fields: vendor, matches: /^UpCloud$/ },
  { supports: 'linode', fields: vendor, matches: /^(Akamai|Linode)$/ },
  { supports: 'cloudsigma', fields: product, matches: /^CloudSigma$/ },
  { supports: 'e24cloud', fields: vendor, matches: /^e24cloud$/ }, // ec2_identify_platform
  { supports: 'nwcs', fields: vendor, matches: /^NWCS$/ },
  { supports: 'outscale', fields: product, matches: /^3DS Outscale VM$/ }, // ec2_identify_platform
  { supports: 'smartos', fields: product, matches: /^SmartDC/ },
  { supports: 'zstack', fields: tag, matches: /\.zstack\.io$/ }, // ec2_identify_platform
  { supports: 'nutanix', fields: product, ...ahv }, // virt-what, nutanix_ahv
  { supports: 'ovirt', fields: vendor, matches: /^oVirt/ }, // virt-what, ovirt
  { supports: 'ovirt', fields: product, matches: /^oVirt Node/ }, // facter
  { supports: 'rhev', fields: product, matches: /^RHEV Hypervisor/ }, // virt-what, rhev
  { supports: 'kubevirt', fields: ['product_name', 'sys_vendor'], matches: /^KubeVirt/ }, // systemd virt.c
  { supports: 'cloudstack', fields: product, matches: /^CloudStack/ },
  // The tags are in place of the product's name where the compute driver cannot set that one (launchpad bug 1669875).
  { supports: 'openstack', fields: ['product_name', 'chassis_asset_tag'], matches: /^OpenStack (Nova|Compute)$/ },
  {
    supports: 'openstack',
    fields: tag,
    matches: /^(OpenTelekomCloud|SAP CCloud VM|HUAWEICLOUD|Samsung Cloud Platform)$/,
  },
  { supports: 'proxmox', fields: ['bios_vendor'], matches: /^Proxmox/ }, // its build of OVMF, `Proxmox distribution of EDK II`; its SeaBIOS is not signed
];

/** All rows, in the order in which they are matched. */
export const firmwareNames: readonly FirmwareName[] = [...hypervisorNames, ...platformNames];

/** Beginnings of this machine's identity: only the beginning is ever published. All of the fields must start so, in either case. */
export const identityNames: readonly { supports: Platform; fields: readonly string[]; starts: string }[] = [
  // The case follows the SMBIOS version (cloud-init, ec2_identify_platform).
  { supports: 'aws', fields: ['product_uuid', 'product_serial'], starts: 'ec2' },
  // The product's name is not guaranteed (cloud-init, dscheck_GCE; launchpad bug 1674861).
  { supports: 'gcp', fields: ['product_serial'], starts: 'googlecloud-' },
];

/**
 * Platforms whose machines run under KVM whenever they run under anything: what their brand says where no signature can be read.
 * Not those that run several hypervisors (CloudStack, OpenStack's tags), and not EC2 on Xen, which Xen's own traces tell.
 */
export const kvmPlatforms: readonly Platform[] = [
  'aws', // Nitro
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
  'proxmox',
];

/** KVM's own ecosystem: with these signatures on the firmware, the signature `Microsoft Hv` in CPUID is make-up. */
export const kvmMakers: readonly { fields: readonly DmiField[]; matches: RegExp }[] = [
  { fields: maker, matches: /^(QEMU|Bochs|Nutanix|oVirt|Red Hat|KubeVirt|Proxmox)/ },
  { fields: ['bios_vendor'], matches: /^SeaBIOS/ },
];
