/** NUMA nodes: which processors are near which memory (Documentation/ABI/stable/sysfs-devices-node). */
import type { Bytes, Guest } from '../guest/guest.ts';
import { meminfoLine } from './memory.ts';

const NODES = '/sys/devices/system/node';
const MAX_NODES = 1024;

export interface Node {
  node: number;
  /** As the kernel lists them: `0-3`; empty for a node of memory alone. */
  cpus: string;
  /** Null where the kernel does not tell. */
  memory: Bytes | null;
  /** To each node in their order, 10 to itself; empty where the firmware does not say. */
  distances: number[];
}

/** By number; none where the kernel knows no nodes. */
export const numaNodes = async (guest: Guest): Promise<Node[]> => {
  const numbers = (await guest.list(NODES, MAX_NODES))
    .map(name => /^node(\d{1,6})$/.exec(name)?.[1])
    .filter(number => number !== undefined)
    .map(Number)
    .sort((one, other) => one - other);
  return Promise.all(
    numbers.map(async node => {
      const [cpus, meminfo, distance] = await Promise.all(
        ['cpulist', 'meminfo', 'distance'].map(file => guest.text(`${NODES}/node${node}/${file}`, 16 * 1024)),
      );
      const distances = /^\d+(?: +\d+)*$/.test(distance ?? '') ? (distance as string).split(/ +/).map(Number) : [];
      return { node, cpus: cpus ?? '', memory: meminfoLine(meminfo ?? '', `Node ${node} MemTotal`), distances };
    }),
  );
};
