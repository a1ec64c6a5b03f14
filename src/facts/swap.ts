/** Which disks the kernel swaps to: /proc/swaps (proc_swaps(5)). */
import type { Guest, Path } from '../guest/guest.ts';
import { type Mount, mountOf } from '../kernel/mounts.ts';
import { blockDevicesOf, disksUnder } from '../kernel/stacking.ts';

/** A kernel has at most 32 swap areas (MAX_SWAPFILES). */
const MAX_AREAS = 32;

const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Lines of `Filename Type Size Used Priority`. */
const areasIn = (text: string): { path: Path; isFile: boolean }[] =>
  text
    .split('\n')
    .slice(1, 1 + MAX_AREAS)
    .flatMap(line => {
      const [path, type] = line.split(/\s+/);
      return path?.startsWith('/') && type ? [{ path: unescaped(path), isFile: type === 'file' }] : [];
    });

export interface SwapArea {
  /** `/dev/vda2`, `/swapfile` */
  path: Path;
  /** `vda`; none for memory that poses as a disk. */
  disks: string[];
}

/** @param all what is mounted: a swap file lies on the disks of its file system */
export const swapAreas = async (guest: Guest, all: readonly Mount[]): Promise<SwapArea[]> => {
  const found: SwapArea[] = [];
  for (const { path, isFile } of areasIn((await guest.text('/proc/swaps')) ?? '')) {
    const mount = isFile ? mountOf(all, path) : null;
    const node = (await guest.resolve(path)) ?? path;
    const device = await guest.resolve(`/sys/class/block/${node.slice(node.lastIndexOf('/') + 1)}`);
    const start = mount === null ? [device].filter(one => one !== null) : await blockDevicesOf(guest, mount);
    found.push({ path, disks: await disksUnder(guest, start) });
  }
  return found;
};
