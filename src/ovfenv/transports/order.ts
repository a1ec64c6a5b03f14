/**
 * Which transports are asked on which hypervisor, in order. First what that platform's own tools write, of two that say the
 * same the cheaper, the most specific before the general; a file in the image comes last, so that whatever the platform
 * says is said over it.
 *
 * What is not in a row is not asked: a VMware program is not run off VMware (vmware-rpctool touches the backdoor port, and
 * outside a virtual machine that is an error), and nobody waits for a channel that cannot be there.
 */
import type { Detection, Hypervisor } from '../../detect/detection.ts';
import type { TransportName } from '../environment.ts';
import { transports as all } from './index.ts';
import type { Transport } from './transport.ts';

interface Row {
  transport: TransportName;
  /** Who delivers it there, or which document says so. */
  because: string;
}

const iso: Row = { transport: 'iso', because: "OVF's own transport, a disc (DSP0243 §11.2)" };
const azure: Row = {
  transport: 'azure',
  because: "Azure's provisioning disc (WALinuxAgent, cloud-init DataSourceAzure)",
};
const guestinfo: Row = {
  transport: 'guestinfo',
  because: 'vSphere sets guestinfo.ovfEnv (OVF transport com.vmware.guestInfo)',
};
const xenstore: Row = {
  transport: 'xenstore',
  because: 'XenServer and XCP-ng give guests vm-data (xe vm-param-set xenstore-data:)',
};
const kvp: Row = {
  transport: 'kvp',
  because: 'Hyper-V key-value pairs from the host, pool 0 (Linux tools/hv/hv_kvp_daemon.c)',
};
const vbox: Row = { transport: 'vbox', because: 'VirtualBox guest properties (VBoxManage guestproperty)' };
const fwCfg: Row = { transport: 'fw_cfg', because: 'QEMU -fw_cfg, files below opt/ (QEMU docs/specs/fw_cfg.rst)' };
const credential: Row = {
  transport: 'credential',
  because: 'PID 1 collects credentials (systemd.system-credentials(7))',
};
const smbios: Row = {
  transport: 'smbios',
  because: 'OEM strings: QEMU, libvirt, Xen HVM, Cloud Hypervisor (DSP0134 §7.12)',
};
const seed: Row = { transport: 'seed', because: 'a file that was put into the image' };

/** Everything a QEMU may offer; also where nothing better is known, as all of it is looked up in /sys and costs nothing. */
const qemu = [iso, fwCfg, credential, smbios, seed];

/** Where who runs the hypervisor decides. */
const byPlatform: Record<string, readonly Row[]> = {
  azure: [azure, kvp, iso, credential, smbios, seed],
};

const byHypervisor: Partial<Record<Hypervisor, readonly Row[]>> = {
  kvm: qemu,
  qemu,
  // vSphere gives both where the descriptor asks for both; a disc is read without starting a program.
  vmware: [iso, guestinfo, credential, smbios, seed],
  xen: [xenstore, iso, fwCfg, credential, smbios, seed],
  // Azure's own stacks give the same disc and do not all say that they are Azure.
  hyperv: [kvp, iso, azure, credential, smbios, seed],
  virtualbox: [vbox, iso, credential, smbios, seed],
  none: [iso, credential, seed],
};

/** Before anybody knows where we are: what needs no program and shows itself by a file, a device or nothing at all. */
const unknown = [iso, azure, fwCfg, credential, smbios, xenstore, kvp, seed];

const rowsFor = (detection: Detection | null): readonly Row[] => {
  if (detection === null) return unknown;
  return byPlatform[detection.platform ?? ''] ?? byHypervisor[detection.hypervisor] ?? qemu;
};

export interface Order {
  /** To be asked, the first first. */
  asking: { transport: Transport; because: string }[];
  /** Not for this machine. */
  leaving: TransportName[];
}

/** The order on the machine detected; null where nobody knows. */
export const orderFor = (detection: Detection | null): Order => {
  const rows = rowsFor(detection);
  const asking = rows.flatMap(({ transport: name, because }) => {
    const transport = all.find(each => each.name === name);
    return transport === undefined ? [] : [{ transport, because }];
  });
  const asked = new Set<TransportName>(rows.map(({ transport }) => transport));
  return { asking, leaving: all.map(({ name }) => name).filter(name => !asked.has(name)) };
};
