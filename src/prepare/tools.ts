/** Programs a hypervisor expects in its guests: without them the guest boots, but answers no shutdown, address or backup request. */

export interface GuestTools {
  title: string;
  /** Any of them: distributions differ. */
  programs: readonly string[];
  /** Debian's name. */
  package: string;
}

export const tools = {
  qemu: { title: 'QEMU guest agent', programs: ['/usr/sbin/qemu-ga', '/usr/bin/qemu-ga'], package: 'qemu-guest-agent' },
  vmware: { title: 'VMware tools', programs: ['/usr/bin/vmtoolsd'], package: 'open-vm-tools' },
  hyperv: {
    title: 'Hyper-V daemons',
    programs: ['/usr/sbin/hv_kvp_daemon', '/usr/sbin/hypervkvpd', '/usr/lib/hyper-v/bin/hv_kvp_daemon'],
    package: 'hyperv-daemons',
  },
  xen: {
    title: 'Xen guest utilities',
    programs: ['/usr/sbin/xe-daemon', '/usr/bin/xenstore-read', '/usr/sbin/xenstore-read'],
    package: 'xe-guest-utilities, or xenstore-utils',
  },
  virtualbox: {
    title: 'VirtualBox guest utilities',
    programs: ['/usr/sbin/VBoxService', '/usr/bin/VBoxService'],
    package: 'virtualbox-guest-utils',
  },
  azure: {
    title: 'provisioning agent',
    programs: ['/usr/sbin/waagent', '/usr/bin/waagent', '/usr/bin/cloud-init'],
    package: 'waagent, or cloud-init',
  },
  amazon: { title: 'provisioning agent', programs: ['/usr/bin/cloud-init'], package: 'cloud-init' },
  google: {
    title: 'Google guest agent',
    programs: ['/usr/bin/google_guest_agent', '/usr/bin/google_guest_agent_manager'],
    package: 'google-guest-agent',
  },
} as const satisfies Record<string, GuestTools>;
