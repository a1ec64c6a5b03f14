/** Which of many moments are worth a boot. */

/** As many of them as there may be, the first and the last among them, evenly spread. */
const spread = <T>(all: readonly T[], count: number): T[] => {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, at) => all[Math.round((at * (all.length - 1)) / (count - 1 || 1))] as T);
};

/** Those moments before all others at which something of ours has changed on the disk; the rest of the sample lies between them. */
export const sampled = <T extends { print: string }>(moments: readonly T[], count: number): T[] => {
  const isFresh = (it: T, at: number): boolean => it.print !== moments[at - 1]?.print;
  const fresh = spread(moments.filter(isFresh), count);
  const rest = moments.filter(it => !fresh.includes(it));
  const chosen = new Set([...fresh, ...spread(rest, count - fresh.length)]);
  return moments.filter(it => chosen.has(it));
};
