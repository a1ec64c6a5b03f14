/** The hypervisors' own CPUID leaves: one block for each interface offered, several where one hypervisor speaks another's language. */
import type { Guest } from '../../guest/guest.ts';
import type { Detection } from '../detection.ts';
import { DEVICE, type Registers, withLeaves } from '../leaves.ts';

/** One interface: where its block of leaves begins, and the leaves of it that were read, by their offset from there. */
export interface Interface {
  base: number;
  leaves: ReadonlyMap<number, Registers>;
  /** The kernel takes the interface with the highest base (arch/x86/kernel/cpu/hypervisor.c, detect_hypervisor_vendor). */
  chosen: boolean;
}

export interface Interfaces {
  /** False without the device, without root's rights, and everywhere but on x86. */
  readable: boolean;
  kvm: Interface | null;
  hyperv: Interface | null;
  xen: Interface | null;
}

/** `Hv#1` in EAX of the second leaf: the Hyper-V interface, whoever signs the first (TLFS, 2.4). */
const HV_INTERFACE = 0x31237648;
/** As many as any table here looks at: Hyper-V's hardware features are at 6. */
const MOST_LEAVES = 7;

export const sourceAt = (base: number, offset: number): string => `${DEVICE}@0x${(base + offset).toString(16)}`;

/** Where the cpuid probe saw a signature, and whose it was. */
const signedBases = ({ evidence }: Detection): { base: number; supports: string | null }[] =>
  evidence
    .filter(({ probe, value }) => probe === 'cpuid' && !/^(hypervisor bit|root partition)/.test(value))
    .map(({ source, supports }) => ({ base: Number(source.slice(source.indexOf('@') + 1)), supports }))
    .filter(({ base }) => Number.isInteger(base));

/** Which interface a block of leaves is. KVM and TCG sign Hyper-V's block as they like. */
const kindOf = (supports: string | null, leaves: Interface['leaves']): 'kvm' | 'hyperv' | 'xen' | null => {
  if (leaves.get(1)?.eax === HV_INTERFACE || supports === 'hyperv') return 'hyperv';
  return supports === 'kvm' || supports === 'xen' ? supports : null;
};

/** Reads a handful of leaves for each signature the probe found. */
export const interfaces = (guest: Guest, detection: Detection): Promise<Interfaces> => {
  const none: Interfaces = { readable: false, kvm: null, hyperv: null, xen: null };
  const bases = signedBases(detection);
  const highest = Math.max(...bases.filter(({ supports }) => supports !== 'other').map(({ base }) => base));
  return withLeaves<Interfaces>(
    guest,
    async leaf => {
      const found = { ...none, readable: bases.length > 0 };
      for (const { base, supports } of bases) {
        const leaves = new Map<number, Registers>();
        for (let offset = 1; offset < MOST_LEAVES; offset += 1) {
          const registers = await leaf(base + offset);
          if (registers !== null) leaves.set(offset, registers);
        }
        const kind = kindOf(supports, leaves);
        if (kind !== null) found[kind] = { base, leaves, chosen: base === highest };
      }
      return found;
    },
    none,
  );
};
