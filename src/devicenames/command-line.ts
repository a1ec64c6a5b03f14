/** Kernel command lines, wherever they are kept: `root=` and `resume=` (docs.kernel.org/admin-guide/kernel-parameters.html). */
import { swapTypes } from './fstab.ts';
import { asPath, asTag, eachLine, isKernelName, type Rename, type Rewrite, type StableName } from './name.ts';

const WORD = /(^|[\s"'])(root|resume)=(\/dev\/[a-z0-9]+)(?=$|[\s"'])/g;

const words = (text: string, rename: Rename, tags: readonly StableName['tag'][]): string =>
  text.replaceAll(WORD, (whole, before: string, key: string, device: string) => {
    if (!isKernelName(device)) return whole;
    const isRoot = key === 'root';
    const name = rename({ device, point: isRoot ? '/' : null, types: isRoot ? null : swapTypes, tags });
    return name === null ? whole : `${before}${key}=${asTag(name)}`;
  });

/** An initramfs understands both; the kernel by itself only partitions' own UUIDs (init/do_mounts.c, name_to_dev_t). */
const BOTH = ['UUID', 'PARTUUID'] as const;
const KERNEL_ALONE = ['PARTUUID'] as const;

/** A file that is nothing but a command line: /etc/kernel/cmdline. */
export const commandLine: Rewrite = (text, rename) => words(text, rename, BOTH);

const linesOf = (start: RegExp): Rewrite =>
  eachLine((line, rename) => (start.test(line) ? words(line, rename, BOTH) : line));

/** Boot Loader Specification entries, and extlinux. */
export const entryOptions = linesOf(/^[ \t]*(options|append)[ \t]/i);

/** What `enlighten seal` wrote down for the boot loader. */
export const universalArguments = linesOf(/^set enlighten_universal_args=/);

const isLinux = (line: string): boolean => /^\s*linux(16|efi)?\s/.test(line);
const isInitrd = (line: string): boolean => /^\s*initrd(16|efi)?\s/.test(line);

/** Does an initramfs come with the kernel of this line? It follows within the same entry. */
const hasInitramfs = (lines: readonly string[], at: number): boolean => {
  const rest = lines.slice(at + 1, at + 50);
  const end = rest.findIndex(line => isLinux(line) || /^\s*(menuentry|submenu)\s/.test(line));
  return (end < 0 ? rest : rest.slice(0, end)).some(isInitrd);
};

/** grub.cfg as grub-mkconfig wrote it: what the next boot reads, whatever /etc/default/grub says by now. */
export const grubConfiguration: Rewrite = (text, rename) => {
  const lines = text.split('\n');
  return lines
    .map((line, at) => (isLinux(line) ? words(line, rename, hasInitramfs(lines, at) ? BOTH : KERNEL_ALONE) : line))
    .join('\n');
};

const CMDLINE = /^[ \t]*(?:export[ \t]+)?GRUB_CMDLINE_LINUX[A-Z_]*\+?=/;
const GRUB_DEVICE = /^([ \t]*(?:export[ \t]+)?GRUB_DEVICE=["']?)(\/dev\/[a-z0-9]+)(?=["']?[ \t\r]*(?:#.*)?$)/;

/** /etc/default/grub, a shell fragment. GRUB_DEVICE goes to grub-probe, which wants a path (util/grub.d/10_linux.in). */
export const grubDefaults: Rewrite = eachLine((line, rename) => {
  if (CMDLINE.test(line)) return words(line, rename, BOTH);
  const [whole = '', before = '', device = ''] = GRUB_DEVICE.exec(line) ?? [];
  if (!isKernelName(device)) return line;
  const name = rename({ device, point: '/', types: null, tags: BOTH });
  return name === null ? line : before + asPath(name) + line.slice(whole.length);
});

const RESUME = /^([ \t]*RESUME=["']?)(\/dev\/[a-z0-9]+)(?=["']?[ \t\r]*(?:#.*)?$)/;

/** /etc/initramfs-tools/conf.d/resume; the next initramfs that is built has it. */
export const initramfsResume: Rewrite = eachLine((line, rename) => {
  const [whole = '', before = '', device = ''] = RESUME.exec(line) ?? [];
  if (!isKernelName(device)) return line;
  const name = rename({ device, point: null, types: swapTypes, tags: BOTH });
  return name === null ? line : before + asTag(name) + line.slice(whole.length);
});
