/**
 * Feature bits in the hypervisor's CPUID leaves. Offered is what the bit says. Most of what the kernel makes of them it keeps to itself:
 * in use is known where an interrupt of that kind was counted, idle where the kernel was built or told not to, or speaks another interface.
 */
import type { Guest } from '../../guest/guest.ts';
import type { Registers } from '../leaves.ts';
import type { Ground } from './ground.ts';
import { type Interface, sourceAt } from './interfaces.ts';
import { type Missing, type Offer, type OfferRow, offerOf } from './offer.ts';

export interface FeatureRow extends OfferRow {
  /** Offset from the interface's first leaf. */
  leaf: number;
  register: keyof Registers;
  bit: number;
  /** The kernel's option without which it is not used. */
  config?: string;
  /** Words of the kernel's command line that switch it off. */
  off?: readonly string[];
  /** Name of the line in /proc/interrupts that counts when it is at work. */
  interrupt?: string;
  /** A bit that makes the kernel leave this one alone: `eax` and so on of another leaf. */
  idleWith?: { leaf: number; register: keyof Registers; bit: number; because: string };
}

const MAX_INTERRUPTS = 1024 * 1024;

/** Lines of /proc/interrupts that counted anything: `HYP:   12   0   Hypervisor callback interrupts`. */
const countedInterrupts = async (guest: Guest): Promise<Set<string>> => {
  const counted = new Set<string>();
  for (const line of ((await guest.text('/proc/interrupts', MAX_INTERRUPTS)) ?? '').split('\n')) {
    const [, name, counts] = /^\s*(\w+):((?:\s+\d+)+)/.exec(line) ?? [];
    if (name !== undefined && /[1-9]/.test(counts ?? '')) counted.add(name);
  }
  return counted;
};

/** Null where the leaf could not be read. */
const isSet = ({ leaves }: Interface, { leaf, register, bit }: Pick<FeatureRow, 'leaf' | 'register' | 'bit'>) => {
  const registers = leaves.get(leaf);
  return registers === undefined ? null : ((registers[register] >>> bit) & 1) === 1;
};

interface Idle {
  because: string;
  missing: Missing | null;
}

/** Why the kernel does not use what is offered; null where nothing speaks against it. */
const idle = ({ kernel }: Ground, spoken: Interface, row: FeatureRow): Idle | null => {
  if (!spoken.chosen) return { because: 'the kernel speaks another interface of this hypervisor', missing: null };
  if (row.config !== undefined && kernel.config(row.config) === 'n') {
    return { because: `${row.config} is not set`, missing: { kind: 'kernel', name: row.config } };
  }
  const off = row.off?.find(word => kernel.commandLine.includes(word));
  if (off !== undefined) {
    const remedy = `take ${off} from the kernel command line`;
    return { because: `the kernel command line says ${off}`, missing: { kind: 'setting', name: remedy } };
  }
  const { idleWith } = row;
  return idleWith !== undefined && isSet(spoken, idleWith) === true
    ? { because: idleWith.because, missing: null }
    : null;
};

const featureOffer = (ground: Ground, spoken: Interface, row: FeatureRow, counted: Set<string>): Offer => {
  const offered = isSet(spoken, row);
  const seen = row.interrupt !== undefined && spoken.chosen && counted.has(row.interrupt);
  const reason = offered === true && !seen ? idle(ground, spoken, row) : null;
  const state = offered === null ? 'cannot be read' : offered ? 'set' : 'clear';
  return offerOf(row, {
    offered,
    inUse: seen ? true : reason === null ? null : false,
    missing: reason?.missing ?? null,
    evidence: [
      `${sourceAt(spoken.base, row.leaf)} ${row.register} bit ${row.bit} ${state}`,
      ...(seen ? [`/proc/interrupts counts ${row.interrupt}`] : []),
      ...(reason === null ? [] : [reason.because]),
    ],
  });
};

/** None where there is no such interface. */
export const featureOffers = async (
  ground: Ground,
  spoken: Interface | null,
  rows: readonly FeatureRow[],
): Promise<Offer[]> => {
  if (spoken === null) return [];
  const counted = await countedInterrupts(ground.guest);
  return rows.map(row => featureOffer(ground, spoken, row, counted));
};
