import type { Bytes } from '../../guest/guest.ts';
import type { Database, ListedFile } from './database.ts';
import { DPKG, isUnfinished, journalIsOpen, packageStates } from './dpkg-status.ts';

const INFO = `${DPKG}/info`;
const SUFFIX = '.md5sums';
/** Debian's generic kernel: 4,000 files, 0.4 MiB. */
const MAX_LIST: Bytes = 16 * 1024 * 1024;

/** `494c78bb…  lib/modules/6.1…/kernel/fs/ext4/ext4.ko`: no leading slash, two spaces (deb-md5sums(5)). */
const linesOf = (text: string, name: string): ListedFile[] =>
  text.split('\n').flatMap(line => {
    const [, digest, path] = /^([0-9a-f]{32}) [ *](.+)$/.exec(line) ?? [];
    return digest && path ? [{ package: name, path: `/${path}`, algorithm: 'md5' as const, digest }] : [];
  });

/** One package on Debian, several on Ubuntu. */
export const dpkg: Database = {
  known: [`${DPKG}/status`, INFO],

  async files(guest, { release }) {
    const names = (await guest.list(INFO)).filter(
      name => name.startsWith('linux-') && name.endsWith(SUFFIX) && name.includes(release),
    );
    const lists = await Promise.all(
      names.map(async name => {
        const text = (await guest.read(`${INFO}/${name}`, MAX_LIST))?.toString('utf8') ?? '';
        return linesOf(text, name.slice(0, -SUFFIX.length));
      }),
    );
    return lists.flat();
  },

  async unfinished(guest) {
    if (await journalIsOpen(guest)) return { subject: `${DPKG}/updates`, what: 'its journal is not merged' };
    const half = [...(await packageStates(guest))].find(([, status]) => isUnfinished(status));
    return half ? { subject: half[0], what: half[1] } : null;
  },
};
