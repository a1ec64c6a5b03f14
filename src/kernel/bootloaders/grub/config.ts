/** What grub.cfg, as grub-mkconfig wrote it, tells: the vendor's own entry for a kernel, and whether our file has the last word. */
import type { BootEntry } from '../bootloader.ts';

/** What GRUB's script language would read as more than a word; an entry that needs it, or other letters, cannot be repeated from a variable. */
const SCRIPT = /[$'"\\;{}<>|&#`]|[^\x20-\x7e]/;
const RECOVERY = /(^| )(single|recovery|rescue|emergency|systemd\.unit=\S+)( |$)/;

interface RawEntry {
  kernel: string;
  args: string;
  initrd: string;
}

/** Every menuentry with a `linux` and one `initrd` file, in the order of the file. */
const entriesOf = (config: string): RawEntry[] =>
  config.split(/^\s*menuentry\s/m).flatMap(body => {
    const linux = /^\s*linux(?:efi|16)?\s+(\S+)[ \t]*(.*)$/m.exec(body);
    const initrd = /^\s*initrd(?:efi|16)?\s+(\S+)[ \t]*$/m.exec(body);
    if (!linux || !initrd) return [];
    return [{ kernel: linux[1] ?? '', args: (linux[2] ?? '').trim().replace(/\s+/g, ' '), initrd: initrd[1] ?? '' }];
  });

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The first ordinary (not recovery) entry that boots this image. */
export const entryFor = (config: string, image: string): BootEntry | null => {
  const found = entriesOf(config).find(
    entry =>
      fileName(entry.kernel) === fileName(image) &&
      !RECOVERY.test(entry.args) &&
      ![entry.kernel, entry.args, entry.initrd].some(word => SCRIPT.test(word)),
  );
  return found ?? null;
};

/** `custom.cfg` decides only if the environment is loaded before it is read and no later line sets the default again. */
export const customHasLastWord = (config: string): boolean => {
  const loaded = config.indexOf('load_env');
  const sourced = config.lastIndexOf('custom.cfg');
  return loaded !== -1 && sourced > loaded && !/^\s*(set\s+)?default=/m.test(config.slice(sourced));
};
