import type { Guest, Path } from '../../guest/guest.ts';
import { globMatches } from '../../kernel/aliases.ts';
import { type IdentityRow, identityRows } from './table.ts';

export interface IdentityFile {
  row: IdentityRow;
  path: Path;
}

/** A folder somebody filled with thousands of leases says as much with its first few. */
const MAX_FILES = 256;
const MAX_SIZE = 256 * 1024;

/** `*` in the last component only. */
const matching = async (guest: Guest, pattern: Path): Promise<Path[]> => {
  const cut = pattern.lastIndexOf('/');
  const [folder, name] = [pattern.slice(0, cut), pattern.slice(cut + 1)];
  if (!name.includes('*')) return (await guest.stat(pattern)) === null ? [] : [pattern];
  const names = (await guest.list(folder)).filter(found => globMatches(name, found));
  return names.slice(0, MAX_FILES).map(found => `${folder}/${found}`);
};

const counts = async (guest: Guest, { holding }: IdentityRow, path: Path): Promise<boolean> => {
  if (holding === undefined) return ((await guest.stat(path))?.size ?? 0) > 0;
  return holding.test((await guest.text(path, MAX_SIZE)) ?? '');
};

/** Every file of the table that is there and tells who the machine is. */
export const identityFiles = async (guest: Guest): Promise<IdentityFile[]> => {
  const found: IdentityFile[] = [];
  for (const row of identityRows) {
    const paths = (await Promise.all(row.files.map(pattern => matching(guest, pattern)))).flat();
    for (const path of paths) if (await counts(guest, row, path)) found.push({ row, path });
  }
  return found;
};
