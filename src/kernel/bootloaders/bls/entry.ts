/**
 * Boot loader entries, type 1: one text file for each kernel (uapi-group.org, "Boot Loader Specification"). systemd-boot reads them
 * from the EFI or extended boot partition, GRUB's blscfg command from /boot.
 */
import type { BootEntry } from '../bootloader.ts';

export interface EntryFile {
  /** File name without `.conf` and without a boot counter: what `default` and EFI variables name, with `.conf`. */
  id: string;
  /** File name as it is now, with its boot counter. */
  file: string;
  /** Release of the kernel, where the file tells it. */
  version: string | null;
  entry: BootEntry;
}

/** `name+3.conf`, `name+2-1.conf`: tries left, tries done (Automatic Boot Assessment). They are no part of the id. */
const COUNTER = /\+\d+(-\d+)?$/;

/** @returns null for a file that is not one of ours to read: not `*.conf`, or hidden. */
export const idOf = (fileName: string): string | null =>
  fileName.endsWith('.conf') && !fileName.startsWith('.')
    ? fileName.slice(0, -'.conf'.length).replace(COUNTER, '')
    : null;

/** All values of a key in their order; keys and values are separated by blanks or tabs, lines with `#` are comments. */
const valuesOf = (text: string, key: string): string[] =>
  text.split(/\r?\n/).flatMap(line => {
    const [, found, value = ''] = /^[ \t]*([A-Za-z0-9-]+)[ \t]+(.*)$/.exec(line) ?? [];
    return found === key && value.trim() !== '' ? [value.trim()] : [];
  });

const ONE_LINE = /^[\x20-\x7e]*$/;

/** @returns null for a file without `linux` (an EFI program, a unified image) or with bytes that are no plain text. */
export const parseEntry = (fileName: string, text: string): EntryFile | null => {
  const id = idOf(fileName);
  const [kernel] = valuesOf(text, 'linux');
  if (id === null || kernel === undefined) return null;
  const initrd = valuesOf(text, 'initrd').join(' ');
  const args = valuesOf(text, 'options').join(' ').replace(/\s+/g, ' ');
  if (![id, kernel, initrd, args].every(word => ONE_LINE.test(word))) return null;
  return { id, file: fileName, version: valuesOf(text, 'version')[0] ?? null, entry: { kernel, initrd, args } };
};

/** The text of an entry file of ours. */
export const formatEntry = (title: string, { kernel, initrd, args }: BootEntry): string =>
  [
    `title ${title}`,
    `linux ${kernel}`,
    ...initrd
      .split(' ')
      .filter(Boolean)
      .map(path => `initrd ${path}`),
    `options ${args}`,
    '',
  ].join('\n');
