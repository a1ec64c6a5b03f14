/** The kernel's lists of processors and nodes: `0-3,7` (Documentation/admin-guide/cputopology.rst). */

/** More than any kernel's CONFIG_NR_CPUS. */
const MOST = 65536;

/** The numbers such a list names, ascending and each once; null for anything that is no list, or names too many. */
export const numbersIn = (list: string): number[] | null => {
  const numbers = new Set<number>();
  for (const range of list.trim().split(',')) {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range) ?? [];
    if (from === undefined || Number(to) - Number(from) > MOST) return null;
    for (let number = Number(from); number <= Number(to); number += 1) numbers.add(number);
    if (numbers.size > MOST) return null;
  }
  return [...numbers].sort((one, other) => one - other);
};
