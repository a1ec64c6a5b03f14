/**
 * The hypervisor's own signature. Leaf 1 ECX bit 31 says that there is one; the leaves 0x40000000, 0x40000100, … hold twelve
 * bytes each, in EBX, ECX, EDX. A hypervisor that also speaks another's language puts that one first and itself above
 * (Xen with viridian, KVM with Hyper-V enlightenments), so one leaf is not enough.
 * Read through the character device of the `cpuid` module, which gives sixteen bytes for each leaf: cpuid(4).
 */
import type { BlockReader, Guest } from '../../guest/guest.ts';
import type { Evidence, Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const DEVICE = '/dev/cpu/0/cpuid';
/** Stands in for the device in a folder guest: leaf → registers, all as hexadecimal text. */
const RECORDING = '/cpuid.json';

const FEATURES = 0x1;
const FIRST_BASE = 0x40000000;
const LAST_BASE = 0x4000ff00;
const STEP = 0x100;
/** Offset of the leaf that says what this Hyper-V partition may do. */
const HYPERV_PRIVILEGES = 3;

/**
 * Bases to look at above a known signature before the search ends. Hypervisors stack theirs without gaps (QEMU with all of
 * Hyper-V, Xen and KVM fills three), and each leaf costs an exit to the hypervisor: all 256 take 17 ms in a nested guest.
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

interface Registers {
  ebx: number;
  ecx: number;
  edx: number;
}
/** Null when the leaf cannot be read. */
type Leaves = (leaf: number) => Promise<Registers | null>;

const fromDevice =
  (device: BlockReader): Leaves =>
  async leaf => {
    const bytes = await device.read(leaf, 16).catch(() => null);
    if (bytes === null || bytes.length < 16) return null;
    return { ebx: bytes.readUInt32LE(4), ecx: bytes.readUInt32LE(8), edx: bytes.readUInt32LE(12) };
  };

const register = (recorded: object, name: string): number => {
  const value = Number(Reflect.get(recorded, name) ?? 0);
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : 0;
};

/** A recording without leaf 1 was made of a machine with a hypervisor, or it would have nothing to record. */
const fromRecording = (text: string): Leaves => {
  const leaves = new Map<number, Registers>([[FEATURES, { ebx: 0, ecx: 0x80000000, edx: 0 }]]);
  let recorded: unknown = null;
  try {
    recorded = JSON.parse(text);
  } catch {
    leaves.clear();
  }
  for (const [leaf, registers] of Object.entries(recorded ?? {})) {
    if (typeof registers !== 'object' || registers === null) continue;
    const [ebx, ecx, edx] = [register(registers, 'ebx'), register(registers, 'ecx'), register(registers, 'edx')];
    leaves.set(Number(leaf), { ebx, ecx, edx });
  }
  return async leaf => leaves.get(leaf) ?? null;
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

const fromMachine = async (guest: Guest): Promise<Evidence[]> => {
  const device = await guest.block(DEVICE);
  if (device === null) return [];
  try {
    return await look(fromDevice(device));
  } finally {
    await device.close().catch(() => undefined);
  }
};

export const cpuid: Probe = async guest => {
  if (guest.live) return fromMachine(guest);
  const recording = await guest.text(RECORDING, 64 * 1024);
  return recording === null ? [] : look(fromRecording(recording));
};
