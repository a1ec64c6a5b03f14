/** Memory as the kernel counts it, and what a balloon has taken. */
import type { Bytes, Guest } from '../guest/guest.ts';
import type { Source, Told } from './resource.ts';

const MEMINFO = '/proc/meminfo';
const VMSTAT = '/proc/vmstat';
const AUXV = '/proc/self/auxv';
const COMMON_PAGE: Bytes = 4096;

/** One line of /proc/meminfo in bytes; its `kB` are 1024 bytes (proc_meminfo(5)). */
export const meminfoLine = (text: string, name: string): Bytes | null => {
  const kibibytes = new RegExp(`^${name}:\\s*(\\d{1,13}) kB$`, 'm').exec(text)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};

/** AT_PAGESZ of the auxiliary vector (getauxval(3)): pairs of machine words, ours being 64 bits long. */
const pageSize = async (guest: Guest): Promise<Bytes> => {
  const AT_PAGESZ = 6n;
  const vector = await guest.read(AUXV, 4096).catch(() => null);
  for (let at = 0; vector !== null && at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return Number(vector.readBigUInt64LE(at + 8));
  }
  return COMMON_PAGE;
};

/** Pages the balloons of virtio and VMware ever took, less those they gave back (mm/balloon_compaction.c). */
export const balloonPagesIn = (vmstat: string): number | null => {
  const counts = ['balloon_inflate', 'balloon_deflate'].map(
    name => new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(vmstat)?.[1],
  );
  const [inflated, deflated] = counts;
  return inflated === undefined || deflated === undefined ? null : Math.max(0, Number(inflated) - Number(deflated));
};

/** Linux 6.16 counts every balloon's pages in /proc/meminfo; before, only events are counted. */
const ballooned = async (guest: Guest, meminfo: string): Promise<Told[]> => {
  const now = meminfoLine(meminfo, 'Balloon');
  if (now !== null) return [{ name: 'memoryBallooned', value: now, source: `${MEMINFO}:Balloon` }];
  const pages = balloonPagesIn((await guest.text(VMSTAT, 64 * 1024)) ?? '');
  if (pages === null) return [];
  const source = `${VMSTAT}:balloon_inflate - balloon_deflate`;
  return [{ name: 'memoryBallooned', value: pages * (await pageSize(guest)), source }];
};

export const memory: Source = async ({ guest }) => {
  const meminfo = (await guest.text(MEMINFO, 64 * 1024)) ?? '';
  const total = meminfoLine(meminfo, 'MemTotal');
  const told: Told[] = total === null ? [] : [{ name: 'memoryTotal', value: total, source: `${MEMINFO}:MemTotal` }];
  return { told: [...told, ...(await ballooned(guest, meminfo))], notices: [] };
};
