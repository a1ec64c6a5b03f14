/** Stolen time, where the hypervisor says what it stole: KVM and Xen unless somebody switched it off, VMware with `stealclock.enable`, Hyper-V never. */
import type { Source } from './resource.ts';

const STAT = '/proc/stat';
/** USER_HZ of every architecture this agent runs on: the kernel shows a hundredth of a second as one tick (proc_stat(5)). */
const MS_A_TICK = 10;
/** Elsewhere none at all means that nobody counts. */
const COUNTING: readonly string[] = ['kvm', 'xen'];

/** Milliseconds, all processors together; null where the line is not there. */
export const stolenIn = (stat: string): number | null => {
  const ticks = /^cpu +(?:\d+ ){7}(\d{1,15})\b/.exec(stat)?.[1];
  return ticks === undefined ? null : Number(ticks) * MS_A_TICK;
};

export const steal: Source = async ({ guest, detection }) => {
  const value = stolenIn((await guest.text(STAT)) ?? '');
  const counted = value !== null && (value > 0 || COUNTING.includes(detection.hypervisor));
  return { told: counted ? [{ name: 'cpuStolen', value, source: `${STAT}:steal` }] : [], notices: [] };
};
