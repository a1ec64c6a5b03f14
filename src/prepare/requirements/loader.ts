import type { Guest, Path } from '../../guest/guest.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import { fares } from '../drivers.ts';
import { fallbackOf, readEsp } from '../esp.ts';
import { type Finding, missing, ok, unknown } from '../finding.ts';
import type { ExaminedKernel, Image } from '../image.ts';
import type { Requirement } from '../requirement.ts';
import type { Starter, Target } from '../target.ts';

/** Menus of the boot loaders we know: GRUB on Debian and on Fedora, boot loader entries, extlinux. */
const menus: readonly Path[] = [
  '/boot/grub/grub.cfg',
  '/boot/grub2/grub.cfg',
  '/boot/loader/entries',
  '/boot/efi/loader/entries',
  '/efi/loader/entries',
  '/boot/extlinux.conf',
  '/boot/extlinux/extlinux.conf',
  '/boot/syslinux/syslinux.cfg',
];
/** Left beside the menu by the program that wrote the boot sector: grub-install, extlinux. */
const bootSectors: readonly Path[] = [
  '/boot/grub/i386-pc/core.img',
  '/boot/grub2/i386-pc/core.img',
  '/boot/ldlinux.sys',
  '/boot/extlinux/ldlinux.sys',
  '/boot/syslinux/ldlinux.sys',
];

const firstOf = async (guest: Guest, paths: readonly Path[]): Promise<Path | null> => {
  for (const path of paths) if ((await guest.stat(path)) !== null) return path;
  return null;
};

/** Who can start the disk, as far as it shows: a host that reads the menu itself needs nothing but the menu. */
const startersOf = async (guest: Guest): Promise<Starter[]> => {
  const [sector, esp] = [await firstOf(guest, bootSectors), await readEsp(guest)];
  const efi = esp !== null && fallbackOf(esp) !== null;
  return ['host', ...(sector === null ? [] : ['bios' as const]), ...(efi ? ['efi' as const] : [])];
};

/**
 * Another kernel that may be chosen, and would not come up there: by a loader nobody has told which, or by a host, which takes the
 * menu's first entry and runs none of its script (Xen, tools/pygrub).
 */
const risky = ({ kernels, decided }: Image, target: Target): string | null => {
  const told = decided && target.startedBy.some(starter => starter !== 'host');
  const fit = (kernel: ExaminedKernel) => fares(kernel, target.disk.chain, 'initramfs').state === 'ok';
  return told ? null : (kernels.find(kernel => !fit(kernel))?.release ?? null);
};

const judge = (image: Image, menu: Path | null, starters: readonly Starter[], target: Target): Finding => {
  const { first, entry } = image;
  if (first === null) return missing(prepareNotice('image-no-kernel', '/boot'), true);
  if (menu === null) return missing(prepareNotice('image-no-loader', '/boot'), true);
  if (entry === null) return unknown(prepareNotice('image-no-entry', menu, first.release), true);
  const other = risky(image, target);
  if (other !== null && other !== first.release) return unknown(prepareNotice('image-undecided', menu, other), true);
  const starter = target.startedBy.find(one => starters.includes(one));
  // Where nothing but EFI starts it, the requirement `efi` says whether it does.
  const told = starter !== undefined || !target.startedBy.includes('bios');
  if (told) return ok(`${menu} starts ${first.release}`);
  const wanted = target.startedBy.join(' or ').toUpperCase();
  return unknown(prepareNotice('image-starter', menu, wanted), true);
};

/** Something on the disk is started there, and starts the kernel that decides. */
export const loader: Requirement = {
  id: 'loader',
  title: 'the boot loader starts there, and chooses the kernel that comes up',
  reference: 'https://www.gnu.org/software/grub/manual/grub/grub.html',
  of: 'target',
  async look(image) {
    const [menu, starters] = [await firstOf(image.guest, menus), await startersOf(image.guest)];
    return target => judge(image, menu, starters, target);
  },
};
