/**
 * GRUB's environment block: a signature line, `name=value` lines, padded with `#` to exactly its size
 * (grub-core/lib/envblk.c). GRUB writes it back in place, and so do we; it is never truncated. Beside extlinux, a file of our own has the form.
 */
export const BLOCK_SIZE = 1024;
export const SIGNATURE = '# GRUB Environment Block\n';

/** Lines in their order; comments are kept. */
export type Block = readonly string[];

/** Values that need no escaping: printable ASCII without the backslash (envblk.c escapes `\` and newline). */
export const isPlainValue = (value: string): boolean => /^[\x20-\x5b\x5d-\x7e]*$/.test(value);

/** @returns null when the bytes are no whole environment block. */
export const parseBlock = (bytes: Buffer): Block | null => {
  const text = bytes.toString('latin1');
  if (bytes.length !== BLOCK_SIZE || !text.startsWith(SIGNATURE)) return null;
  const lines = text.slice(SIGNATURE.length).split('\n');
  const padding = lines.pop() ?? '';
  return /^#*$/.test(padding) ? lines : null;
};

/** Where a torn write left two lines of one name, GRUB's load_env ends with the last, and so do we. */
export const variable = (block: Block, name: string): string =>
  block.findLast(line => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';

/** All variables whose name begins with `prefix`. */
export const namesIn = (block: Block, prefix: string): string[] =>
  block.filter(line => line.startsWith(prefix) && line.includes('=')).map(line => line.slice(0, line.indexOf('=')));

/** The block with these variables set, in place where they exist, at the end where not; null removes one. No second line of a name stays. */
export const withValues = (block: Block, values: Record<string, string | null>): Block => {
  const rest = new Map(Object.entries(values));
  const kept = block.flatMap(line => {
    const name = line.slice(0, Math.max(line.indexOf('='), 0));
    if (!Object.hasOwn(values, name)) return [line];
    const value = rest.get(name) ?? null;
    rest.delete(name);
    return value === null ? [] : [`${name}=${value}`];
  });
  const added = [...rest].filter(([, value]) => value !== null).map(([name, value]) => `${name}=${value}`);
  return [...kept, ...added];
};

/** @returns null when the lines do not fit. */
export const formatBlock = (block: Block): Buffer | null => {
  const text = SIGNATURE + block.map(line => `${line}\n`).join('');
  return text.length > BLOCK_SIZE ? null : Buffer.from(text.padEnd(BLOCK_SIZE, '#'), 'latin1');
};
