import type { Guest } from '../../../guest/guest.ts';
import type { Builder } from './builder.ts';
import { dracut } from './dracut.ts';
import { initramfsTools } from './initramfs-tools.ts';
import { mkinitcpio } from './mkinitcpio.ts';
import { mkinitfs } from './mkinitfs.ts';

/** In order: dracut is also installed beside the others, as a library of other packages (dracut-core), and then is not in charge. */
const builders: readonly Builder[] = [initramfsTools, mkinitfs, mkinitcpio, dracut];

/** The tool that makes this guest's initramfs; null when none is known. */
export const builderOf = async (guest: Guest): Promise<Builder | null> => {
  for (const builder of builders) {
    const programs = await Promise.all(builder.programs.map(path => guest.stat(path)));
    if (programs.some(stat => stat !== null)) return builder;
  }
  return null;
};
