/** enlighten.cfg beside a loader's menu: the kernel that boots everywhere, in a form that GRUB's script and ours for extlinux both read. */
import type { Guest, Path } from '../../../guest/guest.ts';
import type { BootEntry } from '../bootloader.ts';

export const universalText = ({ kernel, initrd, args }: BootEntry): string =>
  [
    '# Written by `enlighten seal`: the kernel that boots everywhere. Read by custom.cfg (GRUB) and enlighten.lua (extlinux).',
    `set enlighten_universal_kernel="${kernel}"`,
    `set enlighten_universal_initrd="${initrd}"`,
    `set enlighten_universal_args="${args}"`,
    '',
  ].join('\n');

/** Its path, as the loader reads it; null before the image was sealed. */
export const universalKernel = async (guest: Guest, path: Path): Promise<string | null> =>
  /^set enlighten_universal_kernel="([^"]*)"$/m.exec((await guest.text(path)) ?? '')?.[1] ?? null;
