/**
 * From evidence to verdict: the first row with an answer decides.
 *
 * The order is the order of trust, and each step of it is a case in which good detectors disagree:
 * 1. User-mode Linux before everything: it is a process, and whatever else shows through is its host's.
 * 2. Xen before CPUID. Its paravirtual guests show no CPUID, or an outer hypervisor's; with viridian it poses as
 *    Hyper-V; under QEMU its leaves stand beside KVM's. Its own files tell the truth, and its drivers are what matters.
 * 3. Then the two that borrow KVM's CPUID signature and can only be told by their firmware: VirtualBox and Parallels.
 * 4. Then those who show Hyper-V's signature and are not its guest: the root partition, and KVM made up as Hyper-V.
 * 5. Then CPUID, where the hypervisor names itself: the highest known leaf is its own, lower ones are languages it also speaks.
 * 6. Then what the kernel concluded from CPUID, where the cpuid module is not loaded.
 * 7. Then firmware strings, which anybody may set. On x86 without the hypervisor bit only those that name a monitor count:
 *    bare-metal machines of the clouds carry the clouds' brands.
 * 8. Then device tree and architecture files, which name the hypervisor where there is neither CPUID nor SMBIOS; first those in
 *    which the hypervisor speaks, then those that only tell whose board this is.
 * 9. A hypervisor that is surely there and unknown is `other`, never `none`.
 *
 * Never asked: loaded kvm or vmmon modules and /dev/kvm, which are traces of being a host.
 * Sources: systemd src/basic/virt.c, virt-what, arch/x86/kernel/cpu/hypervisor.c (hypervisor_cpuid_base).
 */
import {
  declaredVirtual,
  hiddenKvm,
  highestSignature,
  hypervisorNode,
  isDom0,
  isRootPartition,
  kvmCloud,
  oracleBoard,
  outerHypervisor,
  posesAsHyperV,
  virtualBoard,
  xenMode,
} from './conditions.ts';
import type { Detection, Evidence, Hypervisor, Mode, RuleId } from './detection.ts';
import { Seen } from './seen.ts';

export type Verdict = Pick<Detection, 'virtualized' | 'hypervisor' | 'mode' | 'rule' | 'certainty'>;

export interface Rule {
  id: RuleId;
  /** `certain`: the hypervisor or the kernel says so itself. `inferred`: concluded from names that can be set freely, or from silence. */
  certainty: Detection['certainty'];
  /** For a person: why this is believed, and before what comes after it. Whole sentences. */
  because: string;
  /** For a person: why what speaks for something else does not count, where rivals.ts knows nothing about the two. Follows a colon. */
  against: string;
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

/** Programs that run machines and sign their firmware; the other names are of companies that rent out bare metal too. */
const monitors: Hypervisor[] = ['qemu', 'vmware', 'bhyve'];

const XEN_AGAINST =
  "Xen lets the CPUID of whatever runs around it show through; a Xen guest needs Xen's drivers whatever else is visible.";
const FIRMWARE_AGAINST = 'the firmware names more than one, and the more specific name was taken.';

const rules: readonly Rule[] = [
  {
    id: 'uml',
    certainty: 'certain',
    because: 'User-mode Linux is a process, and says so in its own /proc/cpuinfo.',
    against: 'what else shows here belongs to the machine on which that process runs.',
    decide: only('uml', 'cpuinfo'),
  },
  {
    id: 'xen-dom0',
    certainty: 'certain',
    because:
      "Xen marks the one domain that controls it, in its capabilities or its feature bits. That domain owns the hardware and is no guest of Xen's, so guest drivers and guest settings have no business here.",
    against: 'it belongs to a hypervisor around Xen; dom0 still talks to Xen first.',
    decide: seen => when(isDom0(seen), 'xen'),
    mode: () => 'dom0',
    virtualized: outerHypervisor,
  },
  {
    id: 'xen',
    certainty: 'certain',
    because:
      "Xen's own traces are asked before CPUID, because CPUID cannot be trusted to show Xen: a paravirtual guest sees none, or an outer hypervisor's.",
    against: XEN_AGAINST,
    decide: only('xen', 'xen', 'cpuid', 'kernel', 'devicetree'),
    mode: xenMode,
  },
  {
    id: 'firmware-xen',
    certainty: 'inferred',
    because:
      "Only Xen's own tools sign firmware with its name. It is believed before CPUID, because Xen can be told to pose as Hyper-V there.",
    against: XEN_AGAINST,
    decide: only('xen', 'dmi'),
    mode: xenMode,
  },
  {
    id: 'firmware-virtualbox',
    certainty: 'inferred',
    because:
      "VirtualBox is known by its firmware's signature or its own PCI device. That is believed before CPUID, because VirtualBox shows KVM's or Hyper-V's signature there by design.",
    against: 'VirtualBox borrows from others what its guests already know.',
    decide: only('virtualbox', 'dmi', 'pci'),
  },
  {
    id: 'board-virtualbox',
    certainty: 'inferred',
    because:
      "VirtualBox was told to pass its host's firmware strings on, and left its mark on the board alone: the board is signed by Oracle, the machine is not, and a hypervisor is present. Oracle's own servers sign both.",
    against:
      "VirtualBox borrows from others what its guests already know, and the other firmware strings are its host's.",
    decide: seen => when(oracleBoard(seen), 'virtualbox'),
  },
  {
    id: 'firmware-parallels',
    certainty: 'inferred',
    because:
      "The firmware is signed by Parallels. That is believed before CPUID, because Parallels shows KVM's signature there.",
    against: 'Parallels borrows from others what its guests already know.',
    decide: only('parallels', 'dmi'),
  },
  {
    id: 'hyperv-root',
    certainty: 'certain',
    because:
      "Hyper-V lets only its root partition manage processors, and CPUID grants that here. The root partition owns the hardware and is no guest, as Xen's dom0 is none; Linux itself decides by the same bit.",
    against: 'the root partition shows the real machine, and what is written on it.',
    decide: seen => when(isRootPartition(seen), 'hyperv'),
    mode: () => 'root',
    virtualized: () => false,
  },
  {
    id: 'kvm-as-hyperv',
    certainty: 'inferred',
    because:
      "The firmware is that of KVM's world (QEMU, SeaBIOS and their relatives), which Hyper-V never boots. KVM shows Hyper-V's signature when it is told to hide itself or to please Windows; the firmware is therefore believed.",
    against: 'it is what KVM was configured to show, and Hyper-V would bring its own firmware.',
    decide: seen => when(posesAsHyperV(seen), 'kvm'),
  },
  {
    id: 'cpuid-highest',
    certainty: 'certain',
    because:
      "In CPUID the hypervisor names itself, and no firmware setting can change that. A hypervisor that also speaks another's language puts that one at 0x40000000 and itself above it; so the highest known signature is its own. Those that borrow another's signature altogether were ruled out before.",
    against:
      'a lower CPUID leaf is a language the hypervisor also speaks, and firmware strings can be set to anything.',
    decide: highestSignature,
  },
  {
    id: 'kernel',
    certainty: 'certain',
    because:
      'CPUID could not be read here (that takes root and the cpuid module) or shows no known name, but the kernel asked the hypervisor early in boot: it offers a clock, or has found devices, that only this one provides.',
    against:
      'firmware strings can be set to anything, and a clock of another name is a language the hypervisor also speaks.',
    decide: seen => first(seen.named('kernel')),
  },
  {
    id: 'kvm-hidden',
    certainty: 'inferred',
    because:
      "CPUID says that a hypervisor is present and shows no name that is known, while the firmware is QEMU's. QEMU signs CPUID whenever it emulates the processor itself, so a nameless one is KVM told to hide.",
    against: 'an invented name is part of the hiding, and QEMU is the program that runs machines for KVM.',
    decide: seen => when(hiddenKvm(seen), 'kvm'),
  },
  {
    id: 'firmware',
    certainty: 'inferred',
    because:
      'Nothing that the hypervisor says itself could be read, and the firmware carries its signature. Such strings can be set to anything, which is why they are asked only now.',
    against: FIRMWARE_AGAINST,
    decide: seen => (seen.hypervisorBit === false ? null : first(seen.named('dmi'))),
  },
  {
    id: 'firmware-cloud',
    certainty: 'inferred',
    because:
      'The firmware carries the brand of a cloud whose virtual machines run under KVM. The clouds rent out bare metal under the same brand; the processor, the firmware or the name of the product says that this is a virtual machine.',
    against: FIRMWARE_AGAINST,
    decide: seen => when(kvmCloud(seen), 'kvm'),
  },
  {
    id: 'firmware-monitor',
    certainty: 'inferred',
    because:
      'The processor shows no hypervisor, but the firmware is signed by a program that does nothing but run virtual machines; the bit can be hidden, and nobody else would sign so. Brands of clouds would not count here, because they are on bare metal too.',
    against: FIRMWARE_AGAINST,
    decide: seen => first(seen.named('dmi').filter(named => monitors.includes(named))),
  },
  {
    id: 'devicetree',
    certainty: 'certain',
    because:
      'The hypervisor hands its guest the device tree, and puts its own node there; on machines without CPUID and without firmware strings this is where it names itself.',
    against: 'the rest of the tree tells only whose board this is, and several hypervisors use the same boards.',
    decide: seen => first(hypervisorNode(seen)),
  },
  {
    id: 'sysinfo',
    certainty: 'certain',
    because:
      'On s390 the machine itself lists who runs whom, from the innermost out; the innermost control program is the hypervisor here, and without one it is the logical partition.',
    against: 'it lies further out than the innermost level.',
    decide: seen => first(seen.named('sysinfo')),
  },
  {
    id: 'mdesc',
    certainty: 'certain',
    because:
      "On this kind of SPARC the firmware is the hypervisor, and every operating system runs in one of its domains; the kernel shows the domain's description as /dev/mdesc.",
    against: "the domain's description is the hypervisor's own.",
    decide: only('ldoms', 'mdesc'),
  },
  {
    id: 'machine',
    certainty: 'inferred',
    because:
      'The hypervisor does not name itself, but the board is one that exists only as a virtual machine. With which accelerator it runs cannot be told from the board.',
    against: 'the more specific trace was taken.',
    decide: seen => first(virtualBoard(seen)),
  },
  {
    id: 'cpu-model',
    certainty: 'inferred',
    because:
      "Only the processor's name is left to go by, and it is one that QEMU gives. KVM can show it too; without any trace of KVM, emulation is taken.",
    against: 'it is less specific than the name of the processor.',
    decide: only('qemu', 'cpuinfo'),
  },
  {
    id: 'hypervisor-bit',
    certainty: 'certain',
    because:
      'The processor says that a hypervisor is present, and nothing here says which. An unknown hypervisor is reported as such, and never as bare metal.',
    against: 'it is not enough to name the hypervisor.',
    decide: seen => when(seen.hypervisorBit === true, 'other'),
  },
  {
    id: 'hypervisor-unknown',
    certainty: 'certain',
    because: 'The kernel says that a hypervisor is present, under a name that is not known.',
    against: 'it is not enough to name the hypervisor.',
    decide: only('other', 'xen'),
  },
  {
    id: 'firmware-declares',
    certainty: 'inferred',
    because:
      'The firmware declares that this is a virtual machine, and nothing here says under which hypervisor. A declaration is never set by accident, so this is not taken for bare metal.',
    against: 'it is not enough to name the hypervisor.',
    decide: seen => when(declaredVirtual(seen) === true, 'other'),
  },
  {
    id: 'no-hypervisor-bit',
    certainty: 'certain',
    because:
      'The processor says that no hypervisor is present, and no firmware names a program that runs virtual machines.',
    against: 'companies and clouds put their names on bare metal too.',
    decide: seen => when(seen.hypervisorBit === false, 'none'),
    virtualized: () => false,
  },
];

const noEvidence: Rule = {
  id: 'no-evidence',
  certainty: 'inferred',
  because: 'Nothing that could be read speaks for any hypervisor. That is silence, not proof.',
  against: 'companies and clouds put their names on bare metal too.',
  decide: () => 'none',
  virtualized: () => false,
};

/** Pure: the same evidence always gives the same verdict. */
export const judge = (evidence: readonly Evidence[]): Verdict => {
  const seen = new Seen(evidence);
  const { id, certainty, decide, mode, virtualized } = rules.find(rule => rule.decide(seen) !== null) ?? noEvidence;
  return {
    virtualized: virtualized?.(seen) ?? true,
    hypervisor: decide(seen) ?? 'none',
    mode: mode?.(seen) ?? null,
    rule: id,
    certainty,
  };
};

/** In the order of the policy. */
export const ruleIds: readonly RuleId[] = [...rules, noEvidence].map(({ id }) => id);

/** The row that decided. */
export const ruleNamed = (id: RuleId): Rule => rules.find(rule => rule.id === id) ?? noEvidence;
