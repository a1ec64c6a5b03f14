/**
 * CPUID leaves, read through the character device of the `cpuid` module, which gives sixteen bytes for each: cpuid(4).
 * In a folder guest a recording stands in for the device.
 */
import type { BlockReader, Guest } from '../guest/guest.ts';

export const DEVICE = '/dev/cpu/0/cpuid';
/** Leaf → registers, all as hexadecimal text. */
const RECORDING = '/cpuid.json';
const MAX_RECORDING = 64 * 1024;

/** Processor features; ECX bit 31 says that there is a hypervisor. */
export const FEATURES = 0x1;

export interface Registers {
  eax: number;
  ebx: number;
  ecx: number;
  edx: number;
}

/** Null when the leaf cannot be read. */
export type Leaves = (leaf: number) => Promise<Registers | null>;

const fromDevice =
  (device: BlockReader): Leaves =>
  async leaf => {
    const bytes = await device.read(leaf, 16).catch(() => null);
    if (bytes === null || bytes.length < 16) return null;
    const [eax, ebx] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
    return { eax, ebx, ecx: bytes.readUInt32LE(8), edx: bytes.readUInt32LE(12) };
  };

const register = (recorded: object, name: string): number => {
  const value = Number(Reflect.get(recorded, name) ?? 0);
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : 0;
};

/** A recording without leaf 1 was made of a machine with a hypervisor, or it would have nothing to record. */
const fromRecording = (text: string): Leaves => {
  const leaves = new Map<number, Registers>([[FEATURES, { eax: 0, ebx: 0, ecx: 0x80000000, edx: 0 }]]);
  let recorded: unknown = null;
  try {
    recorded = JSON.parse(text);
  } catch {
    leaves.clear();
  }
  for (const [leaf, registers] of Object.entries(recorded ?? {})) {
    if (typeof registers !== 'object' || registers === null) continue;
    const [eax, ebx] = [register(registers, 'eax'), register(registers, 'ebx')];
    leaves.set(Number(leaf), { eax, ebx, ecx: register(registers, 'ecx'), edx: register(registers, 'edx') });
  }
  return async leaf => leaves.get(leaf) ?? null;
};

/** What `look` makes of the leaves; `otherwise` where none can be read. The device is closed afterwards. */
export const withLeaves = async <T>(guest: Guest, look: (leaves: Leaves) => Promise<T>, otherwise: T): Promise<T> => {
  if (!guest.live) {
    const recording = await guest.text(RECORDING, MAX_RECORDING);
    return recording === null ? otherwise : look(fromRecording(recording));
  }
  const device = await guest.block(DEVICE);
  if (device === null) return otherwise;
  try {
    return await look(fromDevice(device));
  } finally {
    await device.close().catch(() => undefined);
  }
};
