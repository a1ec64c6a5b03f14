import type { Guest, Path } from '../guest/guest.ts';
import { flavourOf } from './flavours.ts';
import { compareVersions } from './version.ts';

/** A kernel that could be booted: its image, its initramfs and its modules are all there. */
export interface InstalledKernel {
  /** `6.1.0-50-cloud-amd64` */
  release: string;
  /** What distinguishes it from the distribution's other kernels of the same version: `cloud`, `rt`, or `generic` for the universal one. */
  flavour: string;
  /** True when the flavour is the distribution's universal one, with drivers for every machine. */
  universal: boolean;
  /** `/boot/vmlinuz-6.1.0-50-cloud-amd64` */
  image: string;
  /** `/boot/initrd.img-6.1.0-50-cloud-amd64`; null when there is none. */
  initramfs: string | null;
  /** `/usr/lib/modules/6.1.0-50-cloud-amd64` */
  modules: string;
}

const IMAGE = 'vmlinuz-';
/** Where modules live: merged /usr first, it is the real folder there. */
const moduleRoots = ['/usr/lib/modules', '/lib/modules'];
/** Debian and Ubuntu; Fedora, RHEL and Photon; SUSE; Alpine and Arch. */
const initramfsNames = (suffix: string): string[] => [
  `initrd.img-${suffix}`,
  `initramfs-${suffix}.img`,
  `initrd-${suffix}`,
  `initramfs-${suffix}`,
];

/** Flavour still as the table says it: `universal` null where it does not know. */
type Found = Omit<InstalledKernel, 'universal'> & { universal: boolean | null };

const distributionOf = async (guest: Guest): Promise<string[]> => {
  const text = (await guest.text('/etc/os-release', 64 * 1024)) ?? '';
  const words = (key: string) => new RegExp(`^${key}=["']?([^"'\n]*)`, 'm').exec(text)?.[1]?.split(/\s+/) ?? [];
  return [...words('ID'), ...words('ID_LIKE')];
};

/**
 * The modules of the image `vmlinuz-SUFFIX`: the folder of that name, or on Alpine, whose image is `vmlinuz-lts`, the one folder
 * that ends in `-lts`. Only a folder with modules.dep: a removed package leaves the rest behind.
 */
const modulesOf = async (guest: Guest, suffix: string): Promise<Path | null> => {
  for (const root of moduleRoots) {
    const named = (await guest.list(root)).filter(name => name === suffix || name.endsWith(`-${suffix}`));
    const name = named.includes(suffix) ? suffix : named.length === 1 ? named[0] : undefined;
    const folder = `${root}/${name}`;
    if (name !== undefined && (await guest.stat(`${folder}/modules.dep`))?.kind === 'file') return folder;
  }
  return null;
};

const initramfsOf = async (guest: Guest, suffix: string): Promise<Path | null> => {
  for (const name of initramfsNames(suffix)) {
    if ((await guest.stat(`/boot/${name}`))?.kind === 'file') return `/boot/${name}`;
  }
  return null;
};

const kernelOf = async (guest: Guest, suffix: string, distribution: string[]): Promise<Found | null> => {
  const image = `/boot/${IMAGE}${suffix}`;
  const modules = await modulesOf(guest, suffix);
  if (modules === null || (await guest.stat(image))?.kind !== 'file') return null;
  const release = modules.slice(modules.lastIndexOf('/') + 1);
  return {
    release,
    ...flavourOf(distribution, release),
    image,
    initramfs: await initramfsOf(guest, suffix),
    modules,
  };
};

/** The kernels in /boot that have their modules, newest first (Debian's order of versions). */
export const installedKernels = async (guest: Guest): Promise<InstalledKernel[]> => {
  const distribution = await distributionOf(guest);
  const suffixes = (await guest.list('/boot')).filter(name => name.startsWith(IMAGE)).map(n => n.slice(IMAGE.length));
  const found = await Promise.all(suffixes.map(suffix => kernelOf(guest, suffix, distribution)));
  const kernels = found.filter(kernel => kernel !== null);
  const only = new Set(kernels.map(({ flavour }) => flavour)).size === 1;
  return kernels
    .map(kernel => ({ ...kernel, universal: kernel.universal ?? only }))
    .sort((a, b) => compareVersions(b.release, a.release));
};
