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

/** One component after another: `*` stands for any part of a name, not for a slash. */
const matching = async (guest: Guest, pattern: Path): Promise<Path[]> => {
  let found = [''];
  for (const name of pattern.split('/').slice(1)) {
    const each = await Promise.all(
      found.map(async folder => {
        const names = name.includes('*') ? (await guest.list(folder)).filter(one => globMatches(name, one)) : [name];
        return names.map(one => `${folder}/${one}`);
      }),
    );
    found = each.flat().slice(0, MAX_FILES);
  }
  return found;
};

const counts = async (guest: Guest, { holding }: IdentityRow, path: Path): Promise<boolean> => {
  const stat = (await guest.link(path)) === null ? await guest.stat(path) : null;
  if (stat?.kind !== 'file') return false;
  if (holding === undefined) return stat.size > 0;
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
