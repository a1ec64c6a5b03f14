/**
 * RPM's database is sqlite, ndb or Berkeley DB: its own program reads it. A package stands in it once all its files are there, so one that
 * was interrupted owns nothing, and its kernel has no known digests; what its scripts should have made is for the proofs of the initramfs
 * and of the module tables.
 */
import type { Guest, Path } from '../../guest/guest.ts';
import type { Database, KernelFiles, ListedDigest, ListedFile } from './database.ts';

/** Fedora and SUSE of today, and all others. */
const folders: readonly Path[] = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];
const files: readonly string[] = ['rpmdb.sqlite', 'Packages.db', 'Packages'];

/** Of RPM's FILEDIGESTALGO, OpenPGP's numbers (RFC 4880, 9.4); 0 and absent are MD5. */
const algorithms: Record<string, ListedDigest> = {
  '0': 'md5',
  '1': 'md5',
  '2': 'sha1',
  '8': 'sha256',
  '(none)': 'md5',
};

/** `name TAB algorithm TAB digest TAB path`; folders, links and what only is to be there (%ghost) have no digest. */
export const parseFiles = (text: string): ListedFile[] =>
  text.split('\n').flatMap(line => {
    const [, name, number = '', digest, path] = /^([^\t]+)\t([^\t]+)\t([0-9a-f]{32,64})\t(\/.+)$/.exec(line) ?? [];
    const algorithm = Object.hasOwn(algorithms, number) ? algorithms[number] : undefined;
    return name && digest && path && algorithm ? [{ package: name, path, algorithm, digest }] : [];
  });

/** Packages that own files or folders, by name, version and release. @returns none where RPM knows nothing of them. */
const rpmOwners = async (guest: Guest, paths: readonly Path[]): Promise<string[]> => {
  const owners = new Set<string>();
  for (const path of paths) {
    const ran = await guest.query('rpm-owners', [path]);
    if (ran?.exitCode !== 0) continue;
    for (const name of ran.stdout.split('\n')) if (name !== '') owners.add(name);
  }
  return [...owners];
};

/** A kernel's image and the folder of its modules, which several packages may own. */
export const ownersOfKernel = (guest: Guest, { image, modules }: Omit<KernelFiles, 'release'>): Promise<string[]> =>
  rpmOwners(guest, [image, modules]);

/** Who has this file locked, by its inode: `1: POSIX  ADVISORY  WRITE 812 fe:01:1234 0 EOF` (proc_locks(5)). */
const isLocked = async (guest: Guest, path: Path): Promise<boolean> => {
  const stat = await guest.stat(path);
  if (stat === null) return false;
  const locks = (await guest.text('/proc/locks', 1024 * 1024)) ?? '';
  return locks.split('\n').some(line => / WRITE /.test(line) && line.includes(`:${stat.inode} `));
};

export const rpm: Database = {
  known: folders.flatMap(folder => files.map(name => `${folder}/${name}`)),

  async files(guest, kernel) {
    const lists: ListedFile[] = [];
    for (const name of await ownersOfKernel(guest, kernel)) {
      const ran = await guest.query('rpm-files', [name]);
      lists.push(...parseFiles(ran?.exitCode === 0 ? ran.stdout : ''));
    }
    return lists;
  },

  async unfinished(guest) {
    for (const folder of folders) {
      const path = `${folder}/.rpm.lock`;
      if (await isLocked(guest, path)) return { subject: path, what: 'it is at work' };
    }
    return null;
  },
};
