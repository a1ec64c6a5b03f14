/** extlinux.conf: the vendor's entry for a kernel, and whether our file has the last word (Syslinux, txt/syslinux.cfg.txt). */
import type { BootEntry } from '../bootloader.ts';
import { isRepeatable } from '../grub/config.ts';

export interface Label extends BootEntry {
  name: string;
}

interface Line {
  /** Lower case: keywords are compared without case. */
  word: string;
  value: string;
}

/** Without comments and the help texts of a menu. */
const linesOf = (text: string): Line[] =>
  text
    .replace(/^[ \t]*text[ \t]+help\b.*?^[ \t]*endtext\b/gims, '')
    .split(/\r?\n/)
    .flatMap(line => {
      const [, word, value = ''] = /^\s*([^\s#]\S*)\s*(.*?)\s*$/.exec(line) ?? [];
      return word === undefined ? [] : [{ word: word.toLowerCase(), value }];
    });

const MENU = 'enlighten.conf';

/** An initramfs may be named among the arguments, too; several are separated by commas. */
const entryOf = (kernel: string, initrd: string, append: string): BootEntry => {
  const words = append.split(/\s+/).filter(word => word !== '' && append !== '-');
  const named = words.flatMap(word => (word.startsWith('initrd=') ? [word.slice('initrd='.length)] : []));
  return {
    kernel,
    initrd: [initrd, ...named].filter(Boolean).join(',').replaceAll(',', ' '),
    args: words.filter(word => !word.startsWith('initrd=')).join(' '),
  };
};

/** Every label that starts a kernel. `APPEND` before the first one holds for those without one of their own. */
export const labelsOf = (text: string): Label[] => {
  const labels: { name: string; kernel: string; initrd: string; append: string }[] = [];
  let common = '';
  for (const { word, value } of linesOf(text)) {
    const label = labels.at(-1);
    if (word === 'label') labels.push({ name: value.split(' ')[0] ?? '', kernel: '', initrd: '', append: common });
    else if (word === 'append' && label === undefined) common = value;
    else if (label === undefined) continue;
    else if (word === 'linux' || word === 'kernel') label.kernel = value;
    else if (word === 'initrd' || word === 'append') label[word] = value;
  }
  return labels.flatMap(({ name, kernel, initrd, append }) =>
    kernel === '' ? [] : [{ name, ...entryOf(kernel, initrd, append) }],
  );
};

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The first ordinary (not recovery) label that boots this image; null when there is none that can be repeated. */
export const labelFor = (text: string, image: string): Label | null =>
  labelsOf(text).find(label => fileName(label.kernel) === fileName(image) && isRepeatable(label)) ?? null;

/** Why another line than ours decides; null: ours does. */
export const overruled = (text: string): string | null => {
  const lines = linesOf(text);
  const last = lines.at(-1);
  const ui = lines.find(({ word }) => word === 'ui');
  if (ui !== undefined) return `UI ${ui.value}`;
  return last?.word === 'include' && last.value === MENU ? null : `${MENU} is not included last`;
};

/** The menu with our file included last. */
export const including = (text: string): string =>
  overruled(text) === null ? text : `${text.replace(/\n*$/, '\n')}INCLUDE ${MENU}\n`;
