/** Which modules the running kernel has: kbuild's modules.builtin and depmod's modules.dep, by name. */
import type { Guest } from '../guest/guest.ts';
import { moduleName } from '../kernel/modules.ts';

/** Merged /usr first: it is the real folder there. */
const roots = ['/usr/lib/modules', '/lib/modules'];
/** Debian's generic kernel: 0.7 MiB. */
const MAX_TABLE = 32 * 1024 * 1024;

const linesOf = async (guest: Guest, path: string): Promise<string[]> =>
  ((await guest.read(path, MAX_TABLE))?.toString('latin1') ?? '').split('\n').filter(line => line !== '');

/** Sorted; empty where the tables are missing. Throws EnlightenError `too-large` or `unreadable`. */
export const modules = async (guest: Guest, release: string): Promise<string[]> => {
  for (const root of roots) {
    const folder = `${root}/${release}`;
    const files = (await linesOf(guest, `${folder}/modules.dep`)).map(line => line.slice(0, line.indexOf(':')));
    if (release === '' || files.length === 0) continue;
    const builtin = await linesOf(guest, `${folder}/modules.builtin`);
    return [...new Set([...files, ...builtin].map(moduleName))].sort();
  }
  return [];
};
