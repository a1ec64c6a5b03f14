/** A tool's configuration as it is, in a place where we may add to it. */
import { EnlightenError } from '../../../errors.ts';
import type { Path, WritableGuest } from '../../../guest/guest.ts';

/** Debian's has five files, an elaborate one fifty. */
const MAX_FILES = 512;
const MAX_DEPTH = 6;

/** Paths of the files below a folder, relative to it; links are followed. */
const filesBelow = async (guest: WritableGuest, folder: Path, depth = 0): Promise<Path[]> => {
  if (depth > MAX_DEPTH) return [];
  const found: Path[] = [];
  for (const name of await guest.list(folder, MAX_FILES)) {
    const kind = (await guest.stat(`${folder}/${name}`))?.kind;
    if (kind === 'file') found.push(name);
    if (kind !== 'folder') continue;
    found.push(...(await filesBelow(guest, `${folder}/${name}`, depth + 1)).map(path => `${name}/${path}`));
  }
  return found;
};

/**
 * Makes `to` hold the files of `from` and no others, with their permissions: hooks are programs, and a `UMASK` may keep keys private.
 * @throws EnlightenError `unreadable`, `unwritable`, `too-large`
 */
export const copyFiles = async (guest: WritableGuest, from: Path, to: Path): Promise<void> => {
  const files = await filesBelow(guest, from);
  if (files.length > MAX_FILES) {
    throw new EnlightenError('too-large', { tried: 'copy', on: from, happened: `it holds ${files.length} files` });
  }
  for (const old of await filesBelow(guest, to)) await guest.remove(`${to}/${old}`);
  for (const file of files) {
    const [content, stat] = [await guest.read(`${from}/${file}`), await guest.stat(`${from}/${file}`)];
    if (content !== null && stat !== null) await guest.replace(`${to}/${file}`, content, stat.mode);
  }
};
