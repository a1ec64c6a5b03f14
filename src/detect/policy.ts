/**
 * From evidence to verdict: the first row with an answer decides.
 *
 * The order is the order of trust, and each step of it is a case in which good detectors disagree:
 * 1. Xen before everything. Its paravirtual guests show no CPUID, or an outer hypervisor's; with viridian it poses as
 *    Hyper-V; under QEMU its leaves stand beside KVM's. Its own files tell the truth, and its drivers are what matters.
 * 2. Then the two that borrow KVM's CPUID signature and can only be told by their firmware: VirtualBox and Parallels.
 * 3. Then those who pose as Hyper-V by configuration: without any VMBus, on the firmware of QEMU and its relatives.
 * 4. Then CPUID, where the hypervisor names itself: the highest known leaf is its own, lower ones are languages it also speaks.
 * 5. Then what the kernel concluded from CPUID, where the cpuid module is not loaded.
 * 6. Then firmware strings, which anybody may set. On x86 without the hypervisor bit only those that name a monitor count:
 *    bare-metal machines of the clouds carry the clouds' brands.
 * 7. Then device tree and architecture files, which name the hypervisor where there is neither CPUID nor SMBIOS.
 * 8. A hypervisor that is surely there and unknown is `other`, never `none`.
 *
 * Never asked: loaded kvm or vmmon modules and /dev/kvm, which are traces of being a host.
 * Sources: systemd src/basic/virt.c, virt-what, arch/x86/kernel/cpu/hypervisor.c (hypervisor_cpuid_base).
 */
import type { Detection, Evidence, Hypervisor, Mode, RuleId } from './detection.ts';
import { DMI } from './probes/dmi.ts';
import { BIOS_INFORMATION } from './probes/smbios.ts';
import { XEN } from './probes/xen.ts';
import { Seen } from './seen.ts';

export type Verdict = Pick<Detection, 'virtualized' | 'hypervisor' | 'mode' | 'rule' | 'certainty'>;

interface Rule {
  id: RuleId;
  /** `certain`: the hypervisor or the kernel says so itself. `inferred`: concluded from names that can be set freely, or from silence. */
  certainty: Detection['certainty'];
  /** The hypervisor, or null: the next row decides. */
  decide: (seen: Seen) => Hypervisor | null;
  /** How the guest runs, where that is a question. */
  mode?: (seen: Seen) => Mode | null;
  /** Whether this is a guest at all; the default is yes. */
  virtualized?: (seen: Seen) => boolean;
}

const when = (condition: boolean, hypervisor: Hypervisor): Hypervisor | null => (condition ? hypervisor : null);
const first = (named: Hypervisor[]): Hypervisor | null => named[0] ?? null;
const only =
  (hypervisor: Hypervisor, ...probes: string[]) =>
  (seen: Seen) =>
    when(seen.named(...probes).includes(hypervisor), hypervisor);

const dmiAt = (seen: Seen, field: string): string => seen.at(`${DMI}/${field}`) ?? '';
const hasDmi = (seen: Seen): boolean => seen.from('dmi').length > 0;
const declaredVirtual = (seen: Seen): boolean | null => {
  const word = seen.at(BIOS_INFORMATION);
  return word === null ? null : word === 'virtual machine';
};

/** Programs that run machines and sign their firmware; the other names are of companies that rent out bare metal too. */
const monitors: Hypervisor[] = ['qemu', 'vmware', 'bhyve'];

/** An outer hypervisor shows through to dom0 in the firmware. `kvm` is left out: its rows are brands, and clouds sell bare metal. */
const outerHypervisor = (seen: Seen): boolean =>
  declaredVirtual(seen) === true || seen.named('dmi').some(named => named !== 'xen' && named !== 'kvm');

const isDom0 = (seen: Seen): boolean => seen.at(XEN.capabilities) === 'control_d' || seen.at(XEN.features) === 'dom0';

/** guest_type exists since Linux 4.13; before, Xen's firmware means a full machine, and so do leaves beside any firmware. */
const xenMode = (seen: Seen): Mode => {
  const told = seen.at(XEN.guestType)?.toLowerCase();
  if (told === 'pv' || told === 'pvh' || told === 'hvm') return told;
  const hvm = seen.named('dmi').includes('xen') || (seen.named('cpuid').includes('xen') && hasDmi(seen));
  return hvm ? 'hvm' : 'pv';
};

/** With the host's SMBIOS passed through, VirtualBox leaves its mark on the board alone; Oracle's own servers sign it too. */
const oracleBoard = (seen: Seen): boolean =>
  dmiAt(seen, 'board_vendor') === 'Oracle Corporation' &&
  !dmiAt(seen, 'sys_vendor').startsWith('Oracle') &&
  dmiAt(seen, 'chassis_asset_tag') !== 'OracleCloud.com' &&
  (seen.hypervisorBit === true || declaredVirtual(seen) === true);

const kvmVendors = /^(QEMU|Nutanix|oVirt|Red Hat|Proxmox)/;
/** KVM told to hide (`kvm=off`) or to sign as Hyper-V (`hv-vendor-id`); the real one has VMBus devices. */
const posesAsHyperV = (seen: Seen): boolean =>
  seen.named('cpuid', 'kernel').every(named => named === 'hyperv' || named === 'other') &&
  seen.named('cpuid', 'kernel').includes('hyperv') &&
  !seen.from('kernel').some(({ source }) => source.startsWith('/sys/bus/vmbus')) &&
  (kvmVendors.test(dmiAt(seen, 'sys_vendor')) ||
    /^(SeaBIOS|Proxmox)/.test(dmiAt(seen, 'bios_vendor')) ||
    seen.named('dmi').includes('kvm'));

/** QEMU's own emulator always signs its leaf; without any known name there, KVM is hiding behind QEMU's firmware. */
const hiddenKvm = (seen: Seen): boolean =>
  seen.hypervisorBit === true &&
  seen.from('cpuid').length > 0 &&
  seen.named('cpuid').every(named => named === 'other') &&
  /^QEMU/.test(dmiAt(seen, 'sys_vendor')) &&
  seen.named('cpuinfo').length === 0;

/** Nitro and Google's machines on ARM have no signature; their bare-metal ones carry the same brand without the declaration. */
const declaredCloud = (seen: Seen): boolean => {
  const cloud = /^Amazon EC2/.test(dmiAt(seen, 'sys_vendor')) || /^Google/.test(dmiAt(seen, 'product_name'));
  return cloud && (declaredVirtual(seen) ?? !/\.metal/.test(dmiAt(seen, 'product_name')));
};

const rules: readonly Rule[] = [
  {
    id: 'xen-dom0',
    certainty: 'certain',
    decide: seen => when(isDom0(seen), 'xen'),
    mode: () => 'dom0',
    virtualized: outerHypervisor,
  },
  { id: 'xen', certainty: 'certain', decide: only('xen'), mode: xenMode },

  { id: 'firmware-virtualbox', certainty: 'inferred', decide: only('virtualbox', 'dmi', 'pci') },
  { id: 'board-virtualbox', certainty: 'inferred', decide: seen => when(oracleBoard(seen), 'virtualbox') },
  { id: 'firmware-parallels', certainty: 'inferred', decide: only('parallels', 'dmi') },

  {
    id: 'hyperv-root',
    certainty: 'certain',
    decide: seen =>
      when(
        seen.from('cpuid').some(({ value }) => value === 'root partition'),
        'hyperv',
      ),
    mode: () => 'root',
    virtualized: () => false,
  },
  { id: 'kvm-as-hyperv', certainty: 'inferred', decide: seen => when(posesAsHyperV(seen), 'kvm') },
  {
    id: 'cpuid-highest',
    certainty: 'certain',
    decide: seen => seen.named('cpuid').findLast(named => named !== 'other') ?? null,
  },
  { id: 'kernel', certainty: 'certain', decide: seen => first(seen.named('kernel')) },
  { id: 'uml', certainty: 'certain', decide: only('uml', 'cpuinfo') },

  { id: 'kvm-hidden', certainty: 'inferred', decide: seen => when(hiddenKvm(seen), 'kvm') },
  {
    id: 'firmware',
    certainty: 'inferred',
    decide: seen => (seen.hypervisorBit === false ? null : first(seen.named('dmi'))),
  },
  {
    id: 'firmware-monitor',
    certainty: 'inferred',
    decide: seen => first(seen.named('dmi').filter(named => monitors.includes(named))),
  },
  {
    id: 'firmware-cloud',
    certainty: 'inferred',
    decide: seen => when(seen.hypervisorBit !== false && declaredCloud(seen), 'kvm'),
  },
  { id: 'devicetree', certainty: 'certain', decide: seen => first(seen.named('devicetree')) },
  { id: 'sysinfo', certainty: 'certain', decide: seen => first(seen.named('sysinfo')) },

  { id: 'cpu-model', certainty: 'inferred', decide: only('qemu', 'cpuinfo') },
  { id: 'hypervisor-bit', certainty: 'certain', decide: seen => when(seen.hypervisorBit === true, 'other') },
  { id: 'firmware-declares', certainty: 'inferred', decide: seen => when(declaredVirtual(seen) === true, 'other') },
  {
    id: 'no-hypervisor-bit',
    certainty: 'certain',
    decide: seen => when(seen.hypervisorBit === false, 'none'),
    virtualized: () => false,
  },
];

const nothing: Verdict = {
  virtualized: false,
  hypervisor: 'none',
  mode: null,
  rule: 'no-evidence',
  certainty: 'inferred',
};

/** Pure: the same evidence always gives the same verdict. */
export const judge = (evidence: readonly Evidence[]): Verdict => {
  const seen = new Seen(evidence);
  for (const { id, certainty, decide, mode, virtualized } of rules) {
    const hypervisor = decide(seen);
    if (hypervisor === null) continue;
    return { virtualized: virtualized?.(seen) ?? true, hypervisor, mode: mode?.(seen) ?? null, rule: id, certainty };
  }
  return nothing;
};
