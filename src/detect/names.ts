/** How people call what the contract has words for. */
import type { Hypervisor, Mode, Platform } from './detection.ts';

export const hypervisorNames: Record<Hypervisor, string> = {
  kvm: 'KVM',
  qemu: 'QEMU without acceleration',
  xen: 'Xen',
  hyperv: 'Hyper-V',
  vmware: 'VMware',
  virtualbox: 'VirtualBox',
  parallels: 'Parallels',
  bhyve: 'bhyve',
  acrn: 'ACRN',
  qnx: "QNX's hypervisor",
  sre: "Lockheed Martin's SRE",
  apple: "Apple's Virtualization framework",
  lkvm: 'kvmtool',
  'openbsd-vmm': "OpenBSD's vmm",
  powervm: 'PowerVM',
  zvm: 'z/VM',
  lpar: 'a logical partition',
  ldoms: "SPARC's logical domains",
  uml: 'User-mode Linux',
  other: 'a hypervisor that is not known',
  none: 'bare metal',
};

export const modeNames: Record<Mode, string> = {
  pv: 'paravirtual (PV)',
  pvh: 'hardware-assisted paravirtual (PVH)',
  hvm: 'fully virtualized (HVM)',
  dom0: 'dom0',
  root: 'root partition',
};

export const platformNames: Record<Platform, string> = {
  aws: 'Amazon EC2',
  azure: 'Microsoft Azure',
  gcp: 'Google Compute Engine',
  alibaba: 'Alibaba Cloud',
  oracle: 'Oracle Cloud',
  digitalocean: 'DigitalOcean',
  hetzner: 'Hetzner',
  vultr: 'Vultr',
  exoscale: 'Exoscale',
  scaleway: 'Scaleway',
  upcloud: 'UpCloud',
  linode: 'Akamai (Linode)',
  cloudsigma: 'CloudSigma',
  e24cloud: 'e24cloud',
  nwcs: 'NWCS',
  outscale: '3DS Outscale',
  smartos: 'SmartOS',
  zstack: 'ZStack',
  nutanix: 'Nutanix AHV',
  ovirt: 'oVirt',
  rhev: 'Red Hat Virtualization',
  kubevirt: 'KubeVirt',
  cloudstack: 'CloudStack',
  openstack: 'OpenStack',
  proxmox: 'Proxmox VE',
};

/** Any word that evidence can speak for; a container manager's name stands for itself. */
export const nameOf = (word: string): string => {
  const known: Record<string, string> = { ...platformNames, ...hypervisorNames };
  return Object.hasOwn(known, word) ? (known[word] as string) : word;
};
