/** Channels for a program in the guest: offered when the channel is there, in use when the program's service runs. */
import type { Hypervisor } from '../detection.ts';
import { pci } from '../nature/nature.ts';
import { vmbus } from '../vmbus.ts';
import { type Ground, matching } from './ground.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';

interface AgentRow extends OfferRow {
  /** What shows the channel: a named virtio port, a device, or that the hypervisor always has it. */
  channel: { port: string } | { modalias: RegExp } | { hypervisor: Hypervisor } | { platform: string };
  /** Any of them: distributions differ. */
  units: readonly string[];
  programs: readonly string[];
  /** Debian's name. */
  package: string;
}

const rows: readonly AgentRow[] = [
  {
    id: 'agent-qemu',
    title: 'QEMU guest agent',
    channel: { port: 'org.qemu.guest_agent.0' },
    units: ['qemu-guest-agent.service'],
    programs: ['/usr/sbin/qemu-ga', '/usr/bin/qemu-ga'],
    package: 'qemu-guest-agent',
    reference: 'QEMU, docs/interop/qemu-ga.rst',
  },
  {
    id: 'agent-spice',
    title: 'SPICE agent',
    channel: { port: 'com.redhat.spice.0' },
    units: ['spice-vdagentd.service'],
    programs: ['/usr/sbin/spice-vdagentd'],
    package: 'spice-vdagent',
    reference: 'spice-vdagent',
  },
  {
    id: 'agent-vmware',
    title: 'VMware tools',
    channel: { hypervisor: 'vmware' },
    units: ['open-vm-tools.service', 'vmtoolsd.service'],
    programs: ['/usr/bin/vmtoolsd'],
    package: 'open-vm-tools',
    reference: 'open-vm-tools',
  },
  {
    id: 'agent-hyperv-kvp',
    title: 'key-value pairs with the host',
    channel: { modalias: vmbus('a9a0f4e7-5a45-4d96-b827-8a841e8c03e6') },
    units: ['hv-kvp-daemon.service', 'hypervkvpd.service', 'hv_kvp_daemon.service'],
    programs: ['/usr/sbin/hv_kvp_daemon', '/usr/sbin/hypervkvpd'],
    package: 'hyperv-daemons',
    reference: 'include/linux/hyperv.h (HV_KVP_GUID); tools/hv/hv_kvp_daemon.c',
  },
  {
    id: 'agent-hyperv-vss',
    title: 'file systems at rest for backups',
    channel: { modalias: vmbus('35fa2e29-ea23-4236-96ae-3a6ebacba440') },
    units: ['hv-vss-daemon.service', 'hypervvssd.service', 'hv_vss_daemon.service'],
    programs: ['/usr/sbin/hv_vss_daemon', '/usr/sbin/hypervvssd'],
    package: 'hyperv-daemons',
    reference: 'include/linux/hyperv.h (HV_VSS_GUID); tools/hv/hv_vss_daemon.c',
  },
  {
    id: 'agent-hyperv-fcopy',
    title: 'files from the host',
    channel: { modalias: vmbus('34d14be3-dee4-41c8-9ae7-6b174977c192') },
    units: ['hv-fcopy-daemon.service', 'hypervfcopyd.service'],
    programs: ['/usr/sbin/hv_fcopy_daemon', '/usr/sbin/hypervfcopyd'],
    package: 'hyperv-daemons',
    reference: 'include/linux/hyperv.h (HV_FCOPY_GUID)',
  },
  {
    id: 'agent-xen',
    title: 'Xen guest utilities',
    channel: { hypervisor: 'xen' },
    units: ['xe-linux-distribution.service', 'xe-daemon.service'],
    programs: ['/usr/sbin/xe-daemon'],
    package: 'xe-guest-utilities',
    reference: 'xe-guest-utilities',
  },
  {
    id: 'agent-virtualbox',
    title: 'VirtualBox guest utilities',
    channel: { modalias: pci('80EE', 'CAFE') },
    units: ['virtualbox-guest-utils.service', 'vboxadd-service.service', 'vboxservice.service'],
    programs: ['/usr/sbin/VBoxService', '/usr/bin/VBoxService'],
    package: 'virtualbox-guest-utils',
    reference: 'VirtualBox user manual, chapter 4',
  },
];

/** Not offers: clouds' own services, which set up a machine rather than speak with a hypervisor. */
const clouds: readonly AgentRow[] = [
  {
    id: 'agent-google',
    title: 'Google guest agent',
    channel: { platform: 'gcp' },
    units: ['google-guest-agent.service'],
    programs: ['/usr/bin/google_guest_agent', '/usr/bin/google_guest_agent_manager'],
    package: 'google-guest-agent',
    reference: 'https://github.com/GoogleCloudPlatform/guest-agent',
  },
];

const PORTS = '/sys/class/virtio-ports';
const MAX_PORTS = 512;
/** Where systemd keeps its services: cgroup v2, then its own hierarchy beside v1 (systemd.io, Control Group APIs). */
const slices = ['/sys/fs/cgroup/system.slice', '/sys/fs/cgroup/systemd/system.slice'];
const MAX_UNITS = 4096;

const portNames = async ({ guest }: Ground): Promise<Map<string, string>> => {
  const names = new Map<string, string>();
  for (const port of (await guest.list(PORTS)).slice(0, MAX_PORTS)) {
    const name = await guest.text(`${PORTS}/${port}/name`);
    if (name) names.set(name, port);
  }
  return names;
};

/** Services that run now; null where no systemd shows them. */
const runningUnits = async ({ guest }: Ground): Promise<string[] | null> => {
  for (const slice of slices) {
    const units = (await guest.list(slice)).slice(0, MAX_UNITS);
    if (units.length > 0) return units;
  }
  return null;
};

const channelOf = (ground: Ground, ports: Map<string, string>, { channel }: AgentRow) => {
  if ('port' in channel) {
    const port = ports.get(channel.port);
    // A console device without its driver hides its ports.
    const hidden =
      matching(ground, /^(virtio:d00000003v|pci:v00001AF4d0000(1003|1043))/).length > 0 && ports.size === 0;
    const none = hidden || ground.devices.length === 0 ? null : false;
    return port === undefined
      ? { offered: none, evidence: [] }
      : { offered: true, evidence: [`${PORTS}/${port}/name is ${channel.port}`] };
  }
  if ('hypervisor' in channel) {
    const offered = ground.detection.hypervisor === channel.hypervisor && ground.detection.virtualized;
    return { offered, evidence: offered ? [`the hypervisor is ${channel.hypervisor}`] : [] };
  }
  if ('platform' in channel) return { offered: ground.detection.platform === channel.platform, evidence: [] };
  const devices = matching(ground, channel.modalias);
  return {
    offered: ground.devices.length === 0 ? null : devices.length > 0,
    evidence: devices.map(({ bus, id }) => `/sys/bus/${bus}/devices/${id}`),
  };
};

export const agentOffers = async (ground: Ground): Promise<Offer[]> => {
  const [ports, running] = [await portNames(ground), await runningUnits(ground)];
  return Promise.all(
    rows.map(async row => {
      const { offered, evidence } = channelOf(ground, ports, row);
      const unit = running === null ? undefined : row.units.find(name => running.includes(name));
      const programs = await Promise.all(row.programs.map(path => ground.guest.stat(path)));
      const installed = programs.some(stat => stat !== null);
      return offerOf(row, {
        offered,
        // Not installed cannot run; installed may run under another service manager than systemd.
        inUse: unit !== undefined ? true : running === null && installed ? null : false,
        missing: installed
          ? { kind: 'setting', name: `start ${row.units[0]}` }
          : { kind: 'package', name: row.package },
        evidence: unit === undefined ? evidence : [...evidence, `${unit} runs`],
      });
    }),
  );
};

/** A program for the guest's side of a channel. */
export interface GuestTool {
  /** `qemu`, `hyperv-kvp` */
  id: string;
  title: string;
  /** Debian's name. */
  package: string;
  /** The names distributions give its service. */
  units: readonly string[];
  /** There is something it speaks with here; null: that cannot be told. */
  offered: boolean | null;
  installed: boolean;
  reference: string;
}

export const guestTools = async (ground: Ground): Promise<GuestTool[]> => {
  const ports = await portNames(ground);
  return Promise.all(
    [...rows, ...clouds].map(async row => {
      const programs = await Promise.all(row.programs.map(path => ground.guest.stat(path)));
      const { title, package: name, units, reference } = row;
      return {
        ...{ id: row.id.replace('agent-', ''), title, package: name, units, reference },
        offered: channelOf(ground, ports, row).offered,
        installed: programs.some(stat => stat !== null),
      };
    }),
  );
};
