import type { Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { Proof, ProofContext } from './context.ts';

const INFO = '/var/lib/dpkg/info';
const SUFFIX = '.md5sums';
/** Debian's generic kernel: 4,000 files, 0.4 MiB. */
const MAX_LIST = 16 * 1024 * 1024;

interface Listed {
  package: string;
  path: Path;
  md5: string;
}

/** `494c78bb…  lib/modules/6.1…/kernel/fs/ext4/ext4.ko`: no leading slash, two spaces (deb-md5sums(5)). */
const linesOf = (text: string, name: string): Listed[] =>
  text.split('\n').flatMap(line => {
    const [, md5, path] = /^([0-9a-f]{32}) [ *](.+)$/.exec(line) ?? [];
    return md5 === undefined || path === undefined ? [] : [{ package: name, path: `/${path}`, md5 }];
  });

/** Lists written before the /usr merge say /lib/modules, the folder may be found as /usr/lib/modules. */
const unmerged = (path: Path): Path => path.replace(/^\/usr\/lib\//, '/lib/');

/** Image and modules of the target as its packages list them: one package on Debian, several on Ubuntu. */
const listed = async (p: ProofContext): Promise<Listed[]> => {
  const [image, modules] = [p.target.image, `${unmerged(p.target.modules)}/`];
  const names = (await p.guest.list(INFO)).filter(
    name => name.startsWith('linux-') && name.endsWith(SUFFIX) && name.includes(p.target.release),
  );
  const lists = await Promise.all(
    names.map(async name => {
      const text = (await p.guest.read(`${INFO}/${name}`, MAX_LIST))?.toString('utf8') ?? '';
      return linesOf(text, name.slice(0, -SUFFIX.length));
    }),
  );
  return lists.flat().filter(({ path }) => path === image || unmerged(path).startsWith(modules));
};

/** Kernel image and modules are as the package manager installed them: a boot that works does not prove the file (facts: GRUB). */
export const digests: Proof = async p => {
  const { image, modules, release } = p.target;
  const files = await listed(p);
  const hasModules = files.some(({ path }) => path.endsWith('.ko') || /\.ko\.\w+$/.test(path));
  if (!hasModules || !files.some(({ path }) => path === image)) return kernelNotice('digests-unknown', release, image);
  const folder = unmerged(modules);
  for (const file of files) {
    if (p.late()) return kernelNotice('proof-out-of-time', release, 'digests');
    const path = file.path === image ? image : modules + unmerged(file.path).slice(folder.length);
    if ((await p.md5(path)) !== file.md5) return kernelNotice('digest-differs', path, file.package);
  }
  return null;
};
