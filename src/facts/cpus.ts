import type { Guest } from '../guest/guest.ts';

/** More than any kernel's CONFIG_NR_CPUS. */
const MOST = 65536;

/**
 * How many numbers a kernel list names: `0-3,7` → 5; 0 for anything that is no such list.
 * Documentation/admin-guide/cputopology.rst
 */
export const parseCpuList = (list: string): number => {
  let count = 0;
  for (const range of list.split(',')) {
    const [, from, to] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
    if (from === undefined) return 0;
    count += Math.max(0, Number(to ?? from) - Number(from) + 1);
    if (count > MOST) return 0;
  }
  return count;
};

/** Processors that are online; one where nothing is said, for every machine has one. */
export const cpus = async (guest: Guest): Promise<number> =>
  Math.max(1, parseCpuList((await guest.text('/sys/devices/system/cpu/online')) ?? ''));
