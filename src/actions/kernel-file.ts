/** Files of /proc/sys and /sys: one value each, which the kernel may refuse, clamp or print differently. */
import { EnlightenError } from '../errors.ts';
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';

/** The kernel separates the numbers of a vector with tabs, people with blanks. */
export const normalized = (value: string): string => value.trim().replace(/\s+/g, ' ');

/** The file's bytes as text, without the newline the kernel adds; null when it is absent or only writable. */
export const rawValue = async (guest: Guest, path: Path): Promise<string | null> => {
  try {
    const content = await guest.read(path, 64 * 1024);
    return content?.toString('utf8').replace(/\n$/, '') ?? null;
  } catch {
    return null;
  }
};

/**
 * Writes and reads back: a write the kernel accepted is not yet a value that holds.
 * @param read what holds, in the form of `value`.
 * @throws EnlightenError `unwritable`: refused (EINVAL), or something else holds afterwards.
 */
export const setAndVerify = async (
  guest: WritableGuest,
  path: Path,
  value: string,
  read: () => Promise<string | null>,
): Promise<void> => {
  await guest.set(path, value);
  const now = await read();
  if (now !== null && normalized(now) === normalized(value)) return;
  throw new EnlightenError('unwritable', {
    tried: 'set',
    on: path,
    happened: `the kernel took ${JSON.stringify(value)} and holds ${JSON.stringify(now)}`,
  });
};
