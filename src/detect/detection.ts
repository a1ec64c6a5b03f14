/** Where am I? The words of the answer (design.md, "JSON contracts") and its shape. */

export const hypervisors = [
  'kvm',
  'qemu', // emulation without acceleration
  'xen',
  'hyperv',
  'vmware',
  'virtualbox',
  'parallels',
  'bhyve',
  'acrn',
  'qnx',
  'sre',
  'apple',
  'lkvm',
  'openbsd-vmm',
  'powervm',
  'zvm',
  'lpar',
  'ldoms',
  'uml',
  'other', // surely there, not known
  'none', // bare metal
] as const;
export type Hypervisor = (typeof hypervisors)[number];

/** The first four on Xen; `root` is Hyper-V's own partition. dom0 and root are not guests of what they run. */
export const modes = ['pv', 'pvh', 'hvm', 'dom0', 'root'] as const;
export type Mode = (typeof modes)[number];

/** Who runs the hypervisor, in the order in which they win where two are named. */
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
  'cloudsigma',
  'e24cloud',
  'nwcs',
  'outscale',
  'smartos',
  'zstack',
  'nutanix',
  'ovirt',
  'rhev',
  'kubevirt',
  'cloudstack',
  'openstack',
  'proxmox',
] as const;
export type Platform = (typeof platforms)[number];

/** A container manager's name for itself: `docker`, `podman`, `lxc`, `systemd-nspawn`, `wsl`, `openvz`, …; `other` without one. */
export type Container = string;
/** The name of the row of src/detect/policy.ts that decided. */
export type RuleId = string;

/** One observed fact and what it speaks for. */
export interface Evidence {
  /** The probe (file of src/detect/probes) that saw it. */
  probe: string;
  /** Where it was read: `/dev/cpu/0/cpuid@0x40000000`. */
  source: string;
  /** What stood there. */
  value: string;
  /** The hypervisor, container or platform it speaks for; null when it only informs. */
  supports: string | null;
}

export interface Detection {
  virtualized: boolean;
  hypervisor: Hypervisor;
  mode: Mode | null;
  platform: Platform | null;
  container: Container | null;
  /** As `uname -m` would say: `x86_64`; null on a folder that does not tell. */
  arch: string | null;
  /** Which of pci, virtio, vmbus, xen, usb, scsi exist under /sys/bus with at least one device. */
  buses: string[];
  rule: RuleId;
  certainty: 'certain' | 'inferred';
  evidence: Evidence[];
  overruled: Evidence[];
}
