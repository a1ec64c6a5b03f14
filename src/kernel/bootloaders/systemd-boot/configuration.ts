/** loader.conf(5): which entry boots where no EFI variable says otherwise. */

/** The pattern after `default`; null when there is none. The last line counts, as in sd-boot's line-by-line reader. */
export const defaultPattern = (text: string): string | null =>
  [...text.matchAll(/^[ \t]*default[ \t]+(\S+)[ \t]*$/gm)].at(-1)?.[1] ?? null;

/** Without glob characters and without `@saved`: only then it is one entry, whatever is installed later. */
export const isExact = (pattern: string): boolean => !/[*?[\]@]/.test(pattern);

const bare = (id: string): string => id.replace(/\.conf$/, '');

/** Old versions of sd-boot compare ids without `.conf`, newer ones with it. */
export const names = (pattern: string, id: string): boolean => bare(pattern) === bare(id);

/** The text with this entry as its default; everything else stays. */
export const withDefault = (text: string, id: string): string => {
  const others = text.split('\n').filter(line => !/^[ \t]*default([ \t]|$)/.test(line));
  while (others.at(-1) === '') others.pop();
  return [`default ${id}.conf`, ...others, ''].join('\n');
};
