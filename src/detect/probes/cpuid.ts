/**
 * The hypervisor's own signature. Leaf 1 ECX bit 31 says that there is one; the leaves 0x40000000, 0x40000100, … hold twelve
 * bytes each, in EBX, ECX, EDX. A hypervisor that also speaks another's language puts that one first and itself above
 * (Xen with viridian, KVM with Hyper-V enlightenments), so one leaf is not enough.
 */
import type { Evidence, Hypervisor } from '../detection.ts';
import { DEVICE, FEATURES, type Leaves, type Registers, withLeaves } from '../leaves.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const FIRST_BASE = 0x40000000;
const LAST_BASE = 0x4000ff00;
const STEP = 0x100;
/** Offset of the leaf that says what this Hyper-V partition may do. */
const HYPERV_PRIVILEGES = 3;

/**
 * Bases to look at above a known signature before the search ends. Hypervisors stack theirs without gaps (QEMU with all of
 * Hyper-V, Xen and KVM fills three). Each leaf costs an interrupt to the processor that is asked and an exit to the hypervisor: all
 * 256 take 1 ms in an idle guest, 17 ms in a nested one and 55 to 140 ms where the processors are busy, as they are during a boot.
 * Where nothing is known, all of them are read.
 */
const QUIET_BASES = 4;

/** Trailing NULs are padding. Sources: systemd virt.c, virt-what-cpuid-helper, each vendor's documentation. */
const signatures: Record<string, Hypervisor> = {
  KVMKVMKVM: 'kvm',
  'Linux KVM Hv': 'kvm', // KVM's own name while it offers Hyper-V enlightenments
  TCGTCGTCGTCG: 'qemu',
  XenVMMXenVMM: 'xen',
  VMwareVMware: 'vmware',
  'Microsoft Hv': 'hyperv',
  VBoxVBoxVBox: 'virtualbox',
  'bhyve bhyve': 'bhyve',
  ACRNACRNACRN: 'acrn',
  QNXQVMBSQG: 'qnx',
  SRESRESRESRE: 'sre',
  'Apple VZ': 'apple',
  LKVMLKVMLKVM: 'lkvm',
  OpenBSDVMM58: 'openbsd-vmm',
};

const signatureOf = ({ ebx, ecx, edx }: Registers): string => {
  const bytes = Buffer.alloc(12);
  [ebx, ecx, edx].forEach((value, index) => {
    bytes.writeUInt32LE(value, index * 4);
  });
  return bytes.toString('latin1').replace(/[\0 ]+$/, '');
};

const at = (leaf: number): string => `${DEVICE}@0x${leaf.toString(16)}`;

/** Unknown signatures are somebody's choice of bytes: only printable ones are passed on. */
const printable = (signature: string): string => signature.replaceAll(/[^\x20-\x7e]/g, '.');

/**
 * HV_CPU_MANAGEMENT without HV_ISOLATION in EBX: Linux is the root partition, not a guest
 * (arch/x86/kernel/cpu/mshyperv.c, ms_hyperv_init_platform).
 */
const isRootPartition = (privileges: Registers): boolean => {
  const [management, isolation] = [12, 22].map(bit => (privileges.ebx >>> bit) & 1);
  return management === 1 && isolation === 0;
};

const look = async (leaves: Leaves): Promise<Evidence[]> => {
  const features = await leaves(FEATURES);
  if (features === null) return [];
  const present = features.ecx >>> 31 === 1;
  const seen = [informs('cpuid', at(FEATURES), present ? 'hypervisor bit set' : 'hypervisor bit clear')];
  // Without the bit, a leaf out of range answers with whatever the highest basic leaf holds (Intel SDM, CPUID).
  if (!present) return seen;

  let lastKnown: number | null = null;
  for (let base = FIRST_BASE; base <= LAST_BASE; base += STEP) {
    if (lastKnown !== null && base > lastKnown + QUIET_BASES * STEP) break;
    const registers = await leaves(base);
    const signature = registers === null ? '' : signatureOf(registers);
    const known = signatures[signature];
    if (known !== undefined) {
      lastKnown = base;
      seen.push({ probe: 'cpuid', source: at(base), value: signature, supports: known });
    } else if (base === FIRST_BASE && signature !== '') {
      seen.push({ probe: 'cpuid', source: at(base), value: printable(signature), supports: 'other' });
    }
    if (known !== 'hyperv') continue;
    const privileges = await leaves(base + HYPERV_PRIVILEGES);
    if (privileges !== null && isRootPartition(privileges)) {
      seen.push(informs('cpuid', at(base + HYPERV_PRIVILEGES), 'root partition'));
    }
  }
  return seen;
};

export const cpuid: Probe = guest => withLeaves(guest, look, []);
