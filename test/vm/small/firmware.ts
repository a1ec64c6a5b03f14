/**
 * Machines as their firmware and CPUID show them: SMBIOS strings × the signature in leaf 0x40000000. Everything behind that is QEMU's
 * emulator, so a row proves what these two make of a machine, and nothing about the product's other traces. Strings are those of the
 * products, as systemd's virt.c, virt-what's test roots and cloud-init's ds-identify have them.
 */
export interface Firmware {
  machine: string;
  /** Null: the hypervisor bit is hidden, as on bare metal. */
  signature: string | null;
  /** `-smbios` arguments. QEMU declares "is a virtual machine" (type 0) only where type=0 is given. */
  smbios: string[];
  /** What we are to say: see verdict() in detectors.ts. */
  expected: string;
  /** Run for every change, and not only before a release. */
  core?: true;
}

/** Commas are doubled in an option of QEMU. */
const strings = (type: number, values: Record<string, string>): string =>
  [`type=${type}`, ...Object.entries(values).map(([key, value]) => `${key}=${value.replaceAll(',', ',,')}`)].join(',');
const bios = (vendor: string, version = '1.0') => strings(0, { vendor, version });
const system = (manufacturer: string, product: string, more: Record<string, string> = {}) =>
  strings(1, { manufacturer, product, ...more });
const board = (manufacturer: string) => strings(2, { manufacturer });
const chassis = (asset: string) => strings(3, { asset });

const kvm = 'KVMKVMKVM';
const hyperv = 'Microsoft Hv';
const ec2 = { serial: 'ec2f0000-0000-4000-8000-000000000001', uuid: 'ec2f0000-0000-4000-8000-000000000001' };

export const firmwares: Firmware[] = [
  // Who borrows another's signature
  {
    machine: 'VirtualBox',
    signature: kvm,
    smbios: [bios('innotek GmbH', 'VirtualBox'), system('innotek GmbH', 'VirtualBox'), board('Oracle Corporation')],
    expected: 'virtualbox',
    core: true,
  },
  {
    machine: "VirtualBox, host's SMBIOS",
    signature: kvm,
    smbios: [bios('Dell Inc.'), system('Dell Inc.', 'Latitude'), board('Oracle Corporation')],
    expected: 'virtualbox',
  },
  {
    machine: 'Parallels',
    signature: kvm,
    smbios: [
      bios('Parallels International GmbH.'),
      system('Parallels Software International Inc.', 'Parallels Virtual Platform'),
    ],
    expected: 'parallels',
  },
  {
    machine: 'Nutanix AHV, Hyper-V features',
    signature: hyperv,
    smbios: [system('Nutanix', 'AHV')],
    expected: 'kvm on nutanix',
    core: true,
  },
  {
    machine: 'oVirt, Hyper-V features',
    signature: hyperv,
    smbios: [system('oVirt', 'oVirt Node')],
    expected: 'kvm on ovirt',
  },
  // Who signs
  {
    machine: 'bhyve',
    signature: 'bhyve bhyve ',
    smbios: [bios('BHYVE'), system('FreeBSD', 'BHYVE')],
    expected: 'bhyve',
  },
  { machine: 'ACRN', signature: 'ACRNACRNACRN', smbios: [system('Intel', 'NUC')], expected: 'acrn' },
  { machine: 'a new hypervisor', signature: 'SomethingNew', smbios: [system('Acme', 'X1')], expected: 'other' },
  // Platforms on KVM
  { machine: 'RHEV', signature: kvm, smbios: [system('Red Hat', 'RHEV Hypervisor')], expected: 'kvm on rhev' },
  {
    machine: 'AWS Nitro',
    signature: kvm,
    smbios: [bios('Amazon EC2'), system('Amazon EC2', 'm5.large', ec2)],
    expected: 'kvm on aws',
  },
  {
    machine: 'Google',
    signature: kvm,
    smbios: [bios('Google'), system('Google', 'Google Compute Engine')],
    expected: 'kvm on gcp',
  },
  {
    machine: 'Alibaba',
    signature: kvm,
    smbios: [system('Alibaba Cloud', 'Alibaba Cloud ECS')],
    expected: 'kvm on alibaba',
  },
  {
    machine: 'DigitalOcean',
    signature: kvm,
    smbios: [system('DigitalOcean', 'Droplet')],
    expected: 'kvm on digitalocean',
  },
  {
    machine: 'Hetzner',
    signature: kvm,
    smbios: [bios('Hetzner'), system('Hetzner', 'vServer')],
    expected: 'kvm on hetzner',
  },
  {
    machine: 'OpenStack',
    signature: kvm,
    smbios: [system('OpenStack Foundation', 'OpenStack Nova')],
    expected: 'kvm on openstack',
  },
  { machine: 'KubeVirt', signature: kvm, smbios: [system('KubeVirt', 'None')], expected: 'kvm on kubevirt' },
  {
    machine: 'Proxmox, OVMF',
    signature: kvm,
    smbios: [bios('Proxmox distribution of EDK II')],
    expected: 'kvm on proxmox',
  },
  // Hyper-V
  {
    machine: 'Azure',
    signature: hyperv,
    smbios: [
      bios('American Megatrends Inc.'),
      system('Microsoft Corporation', 'Virtual Machine'),
      chassis('7783-7084-3265-9085-8269-3286-77'),
    ],
    expected: 'hyperv on azure',
  },
  // No hypervisor, whatever the brand
  { machine: 'AWS metal', signature: null, smbios: [system('Amazon EC2', 'm5.metal', ec2)], expected: 'none on aws' },
  { machine: 'a Nutanix node', signature: null, smbios: [system('Nutanix', 'NX-1065-G5')], expected: 'none' },
  { machine: 'a Surface', signature: null, smbios: [system('Microsoft Corporation', 'Surface Pro')], expected: 'none' },
];
