/** loader.conf(5): which entry boots where no EFI variable says otherwise. */

/** The pattern after `default`; null when there is none. The last line counts, as in sd-boot's line-by-line reader. */
export const defaultPattern = (text: string): string | null =>
  [...text.matchAll(/^[ \t]*default[ \t]+(\S+)[ \t]*$/gm)].at(-1)?.[1] ?? null;

/**
 * What follows the id in a pattern that names one entry with a boot counter or without: `id.conf`, `id+3.conf`, `id+2-1.conf`. To
 * systemd-boot 252 a counter is a part of the name, and a plain `default id.conf` names no entry that has one (seen: the newest kernel booted).
 */
const COUNTED = '[+.]*conf';

const stemOf = (pattern: string): string => (pattern.endsWith(COUNTED) ? pattern.slice(0, -COUNTED.length) : pattern);

/** Without other glob characters and without `@saved`: only then it is one entry, whatever is installed later. */
export const isExact = (pattern: string): boolean => !/[*?[\]@]/.test(stemOf(pattern));

const bare = (id: string): string => id.replace(/\.conf$/, '');

/** Does the loader take an exact pattern for this file? */
export const chooses = (pattern: string, file: string): boolean => {
  const stem = stemOf(pattern);
  if (stem === pattern) return bare(pattern) === bare(file);
  return file.startsWith(stem) && /^[+.].*conf$/.test(file.slice(stem.length));
};

/** Old versions of sd-boot compare ids without `.conf`, newer ones with it. */
export const names = (pattern: string, id: string): boolean => bare(pattern) === bare(id);

/** The text with this entry as its default; everything else stays. */
export const withDefault = (text: string, id: string): string => {
  const others = text.split('\n').filter(line => !/^[ \t]*default([ \t]|$)/.test(line));
  while (others.at(-1) === '') others.pop();
  return [`default ${id}${COUNTED}`, ...others, ''].join('\n');
};
