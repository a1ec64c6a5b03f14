import type { Guest } from '../guest/guest.ts';
import type { InstalledKernel } from '../kernel/installed.ts';

/** Debian's: 260 KiB. */
const MAX_CONFIG = 4 * 1024 * 1024;

/** Debian, Ubuntu, SUSE, Photon; Fedora and RHEL beside the modules, Alpine by the image's suffix. */
const places = ({ release, modules, image }: InstalledKernel): string[] => [
  `/boot/config-${release}`,
  `${modules}/config`,
  image.replace('vmlinuz-', 'config-'),
];

/** Symbols that are `y` or `m`, without `CONFIG_`; null where no configuration was shipped. */
export const kernelConfig = async (guest: Guest, kernel: InstalledKernel): Promise<ReadonlySet<string> | null> => {
  for (const path of places(kernel)) {
    const text = (await guest.read(path, MAX_CONFIG).catch(() => null))?.toString('latin1');
    if (text) return new Set([...text.matchAll(/^CONFIG_(\w+)=[ym]$/gm)].map(([, symbol]) => symbol as string));
  }
  return null;
};
