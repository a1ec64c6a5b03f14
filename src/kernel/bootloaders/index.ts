import type { Guest } from '../../guest/guest.ts';
import type { BootLoader } from './bootloader.ts';
import { grub } from './grub/grub.ts';
import { systemdBoot } from './systemd-boot/systemd-boot.ts';

/** The first that recognises itself counts: systemd-boot says its name, and its file systems may hold the rests of others. */
const loaders: readonly BootLoader[] = [systemdBoot, grub];

/** The boot loader of this guest. Where it is none of ours, GRUB's refusal says what is missing. */
export const bootLoaderOf = async (guest: Guest): Promise<BootLoader> => {
  for (const loader of loaders) if (await loader.boots(guest)) return loader;
  return grub;
};
