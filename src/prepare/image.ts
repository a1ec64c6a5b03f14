/** What the requirements have in common: the image's kernels with their drivers, each initramfs walked once. */
import type { Guest } from '../guest/guest.ts';
import { type Blocked, isBlocked } from '../kernel/blocked.ts';
import type { BootEntry, BootLoader } from '../kernel/bootloaders/bootloader.ts';
import { modulesIn } from '../kernel/initramfs/holds.ts';
import { readInitramfs } from '../kernel/initramfs/read.ts';
import { type InstalledKernel, installedKernels } from '../kernel/installed.ts';
import { type ModuleDatabase, moduleDatabase } from '../kernel/modules.ts';
import { type Fstab, readFstab } from './fstab.ts';
import { kernelConfig } from './kernel-config.ts';

/** A kernel with everything that is asked about it. */
export interface ExaminedKernel extends InstalledKernel {
  drivers: ModuleDatabase | Blocked;
  /** Names of the modules in its initramfs. */
  loaded: ReadonlySet<string> | Blocked;
  /** Symbols that are `y` or `m` in its configuration; null where none was shipped with it. */
  config: ReadonlySet<string> | null;
}

export interface Image {
  guest: Guest;
  loader: BootLoader;
  /** Newest first. */
  kernels: readonly ExaminedKernel[];
  /** The kernel that boots on a machine nobody has proven another one on; null without any kernel. */
  first: ExaminedKernel | null;
  /** The loader knows that this one boots first; else it chooses by itself, until the image is sealed. */
  decided: boolean;
  /** How the loader's menu starts the first kernel; null when it holds no entry for it that can be read. */
  entry: BootEntry | null;
  fstab: Fstab;
}

const examined = async (guest: Guest, kernel: InstalledKernel, late: () => boolean): Promise<ExaminedKernel> => {
  const initramfs = kernel.initramfs === null ? null : await readInitramfs(guest, kernel.initramfs, late);
  return {
    ...kernel,
    drivers: await moduleDatabase(guest, kernel.modules),
    loaded: isBlocked(initramfs) ? initramfs : modulesIn(initramfs, kernel.release),
    config: await kernelConfig(guest, kernel),
  };
};

/** No machine is called so: what the loader would start where it has never been. */
const elsewhere = { manufacturer: 'a machine', product: 'never seen before' };

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The kernel the loader means: by its file's name, or by its entry, where all of them are called `linux` (systemd-boot). */
const meant = async (guest: Guest, loader: BootLoader, kernels: readonly ExaminedKernel[], named: string) => {
  const alike = kernels.find(({ image }) => fileName(image) === fileName(named));
  if (alike !== undefined) return alike;
  for (const kernel of kernels) if ((await loader.entry(guest, kernel))?.kernel === named) return kernel;
  return undefined;
};

/** Which kernel starts elsewhere: the one the loader was told, else the one it will be told by `enlighten seal`. */
const firstOf = async (guest: Guest, loader: BootLoader, kernels: readonly ExaminedKernel[]) => {
  const named = await loader.effectiveDefault(guest, elsewhere);
  const known = named === null ? undefined : await meant(guest, loader, kernels, named);
  const first = known ?? kernels.find(({ universal }) => universal) ?? kernels[0] ?? null;
  return { first, decided: known !== undefined };
};

/**
 * Reads an image.
 * @param late true once there is no more time; initramfs files that were not read by then count as unknown
 */
export const readImage = async (guest: Guest, loader: BootLoader, late: () => boolean): Promise<Image> => {
  const kernels: ExaminedKernel[] = [];
  for (const kernel of await installedKernels(guest)) kernels.push(await examined(guest, kernel, late));
  const { first, decided } = await firstOf(guest, loader, kernels);
  const entry = first === null ? null : await loader.entry(guest, first);
  return { guest, loader, kernels, first, decided, entry, fstab: await readFstab(guest) };
};
