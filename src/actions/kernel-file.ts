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

/** Files that nobody may write show what was decided elsewhere; root's writes would be refused, too. */
export const isReadOnly = async (guest: Guest, path: Path): Promise<boolean> =>
  (((await guest.stat(path))?.mode ?? 0) & 0o222) === 0;

/** What the kernel made of a value that it would not hold is no state anybody chose: the one before comes back, where it is taken. */
const putBack = async (guest: WritableGuest, path: Path, before: string | null): Promise<void> => {
  if (before !== null) await guest.set(path, before).catch(() => undefined);
};

/**
 * Writes and reads back: a write the kernel accepted is not yet a value that holds.
 * @param read what holds, in the form of `value`.
 * @throws EnlightenError `unwritable`: refused (EINVAL), or something else held afterwards; then what held before does again.
 */
export const setAndVerify = async (
  guest: WritableGuest,
  path: Path,
  value: string,
  read: () => Promise<string | null>,
): Promise<void> => {
  const before = await read();
  await guest.set(path, value);
  const now = await read();
  if (now !== null && normalized(now) === normalized(value)) return;
  await putBack(guest, path, before);
  throw new EnlightenError('unwritable', {
    tried: 'set',
    on: path,
    happened: `the kernel took ${JSON.stringify(value)} and holds ${JSON.stringify(now)}`,
  });
};
