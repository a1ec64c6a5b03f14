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

/** Does the menu come from entry files (Fedora's and RHEL's 10_linux_bls)? */
export const readsEntryFiles = (config: string): boolean => /^\s*blscfg\s*$/m.test(config);

/** Whether an entry can be repeated from GRUB's variables: plain words, and an ordinary boot. */
export const isRepeatable = ({ kernel, args, initrd }: BootEntry): boolean =>
  !RECOVERY.test(args) && initrd !== '' && ![kernel, args, initrd].some(word => SCRIPT.test(word));

/** The first ordinary (not recovery) entry that boots this image. */
export const entryFor = (config: string, image: string): BootEntry | null => {
  const found = entriesOf(config).find(entry => fileName(entry.kernel) === fileName(image) && isRepeatable(entry));
  return found ?? null;
};

/** `custom.cfg` decides only if the environment is loaded before it is read and no later line sets the default again. */
export const customHasLastWord = (config: string): boolean => {
  const loaded = config.indexOf('load_env');
  const sourced = config.lastIndexOf('custom.cfg');
  return loaded !== -1 && sourced > loaded && !/^\s*(set\s+)?default=/m.test(config.slice(sourced));
};
