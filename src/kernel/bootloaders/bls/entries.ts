/** Entry files as GRUB's blscfg reads them: from /boot, with variables of its environment (rhboot/grub2, grub-core/commands/blscfg.c). */
import type { Guest, Path } from '../../../guest/guest.ts';
import type { InstalledKernel } from '../../installed.ts';
import type { BootEntry } from '../bootloader.ts';
import { isRepeatable } from '../grub/config.ts';
import { parseEntry } from './entry.ts';

const FOLDER: Path = '/boot/loader/entries';
const MAX_ENTRIES = 256;

/** `$kernelopts`, `${tuned_params}`: what nobody set is empty. */
const expanded = (text: string, value: (name: string) => string): string =>
  text
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string | undefined, bare: string | undefined) =>
      value(braced ?? bare ?? ''),
    )
    .replace(/\s+/g, ' ')
    .trim();

/** The entry of this kernel, by its version or its image's name; null when there is none that can be repeated. */
export const entryOf = async (
  guest: Guest,
  { release, image }: InstalledKernel,
  value: (name: string) => string,
): Promise<BootEntry | null> => {
  const name = image.slice(image.lastIndexOf('/') + 1);
  for (const file of (await guest.list(FOLDER)).slice(0, MAX_ENTRIES)) {
    const parsed = parseEntry(file, (await guest.text(`${FOLDER}/${file}`, 64 * 1024)) ?? '');
    if (parsed === null || !(parsed.version === release || parsed.entry.kernel.endsWith(`/${name}`))) continue;
    const { kernel, initrd, args } = parsed.entry;
    const entry = { kernel: expanded(kernel, value), initrd: expanded(initrd, value), args: expanded(args, value) };
    if (isRepeatable(entry) && !entry.initrd.includes(' ')) return entry;
  }
  return null;
};
