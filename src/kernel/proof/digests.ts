import type { Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { ListedFile } from '../../packages/databases/database.ts';
import { databaseOf } from '../../packages/databases/index.ts';
import type { Proof, ProofContext } from './context.ts';

/** Lists written before the /usr merge say /lib/modules, the folder may be found as /usr/lib/modules. */
const unmerged = (path: Path): Path => path.replace(/^\/usr\/lib\//, '/lib/');

/** Of what the packages list, what the target is made of, by its path on the disk. */
const listed = async ({ guest, target }: ProofContext): Promise<ListedFile[]> => {
  const files = (await (await databaseOf(guest))?.files(guest, target)) ?? [];
  const folder = `${unmerged(target.modules)}/`;
  const ours = files.flatMap(file => {
    if (file.path === target.image) return [file];
    const path = unmerged(file.path);
    return path.startsWith(folder) ? [{ ...file, path: `${target.modules}/${path.slice(folder.length)}` }] : [];
  });
  // Fedora and SUSE keep the image beside the modules; that of /boot is a copy, or a link.
  const beside = ours.find(({ path }) => path === `${target.modules}/vmlinuz`);
  const isListed = ours.some(({ path }) => path === target.image);
  return isListed || !beside ? ours : [{ ...beside, path: target.image }, ...ours];
};

const isSame = async (p: ProofContext, { path, algorithm, digest }: ListedFile): Promise<boolean> => {
  const found = await p.digest(path, algorithm === 'sha256-160' ? 'sha256' : algorithm);
  return found?.slice(0, digest.length) === digest;
};

/** Kernel image and modules are as the package manager installed them: a boot that works does not prove the file (facts: GRUB). */
export const digests: Proof = async p => {
  const { image, release } = p.target;
  const files = await listed(p);
  const hasModules = files.some(({ path }) => path.endsWith('.ko') || /\.ko\.\w+$/.test(path));
  if (!hasModules || !files.some(({ path }) => path === image)) return kernelNotice('digests-unknown', release, image);
  for (const file of files) {
    if (p.late()) return kernelNotice('proof-out-of-time', release, 'digests');
    if (!(await isSame(p, file))) return kernelNotice('digest-differs', file.path, file.package);
  }
  return null;
};
