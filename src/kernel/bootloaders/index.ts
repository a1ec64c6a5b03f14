import type { Guest } from '../../guest/guest.ts';
import type { BootLoader } from './bootloader.ts';
import { extlinux, extlinuxOfAlpine } from './extlinux/extlinux.ts';
import { grub, grub2 } from './grub/grub.ts';
import { byKexec } from './kexec/kexec.ts';
import { readRecord } from './kexec/record.ts';
import { systemdBoot } from './systemd-boot/systemd-boot.ts';
import { unknownLoader } from './unknown.ts';

/** The first that recognises itself counts: systemd-boot says its name, and file systems may hold the rests of others. */
const loaders: readonly BootLoader[] = [systemdBoot, extlinux, extlinuxOfAlpine, grub, grub2, unknownLoader];

/** The boot loader of this guest's disk. */
export const diskLoaderOf = async (guest: Guest): Promise<BootLoader> => {
  for (const loader of loaders) if (await loader.boots(guest)) return loader;
  return unknownLoader;
};

/** The same, with the trial that kexec starts beside it, where one is armed or was started. */
export const bootLoaderOf = async (guest: Guest): Promise<BootLoader> => {
  const disk = await diskLoaderOf(guest);
  return (await readRecord(guest)) === null ? disk : byKexec(disk, null);
};
