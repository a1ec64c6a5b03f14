import type { Guest, Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import { mountOf, mounts } from '../mounts.ts';
import type { Proof } from './context.ts';

const STATE = '/var/lib/enlighten';
/** File systems that forget, or that nothing can be written to. */
export const notKept = new Set([
  ...['tmpfs', 'ramfs', 'rootfs', 'devtmpfs', 'overlay', 'aufs', 'unionfs'],
  ...['squashfs', 'erofs', 'cramfs', 'iso9660', 'udf', 'romfs'],
]);

/** Links followed as far as the path exists. */
const real = async (guest: Guest, path: Path): Promise<Path> => {
  if (path === '') return '/';
  const resolved = (await guest.stat(path)) === null ? null : await guest.resolve(path);
  if (resolved !== null) return resolved;
  const cut = path.lastIndexOf('/');
  const parent = await real(guest, path.slice(0, cut));
  return (parent === '/' ? '' : parent) + path.slice(cut);
};

/** Why what is written there now may not be there at the next boot; null when it will be. */
export const whyNotKept = async (guest: Guest): Promise<string | null> => {
  const mount = mountOf(await mounts(guest), await real(guest, STATE));
  if (mount === null) return 'what is mounted there cannot be told';
  if (notKept.has(mount.type)) return `${mount.point} is ${mount.type}`;
  return mount.options.includes('ro') ? `${mount.point} is read-only` : null;
};

/** What a trial notes must still be there after it: else a kernel that died would be tried for ever. */
export const persistentState: Proof = async ({ guest }) => {
  const why = await whyNotKept(guest);
  return why === null ? null : kernelNotice('state-not-persistent', STATE, why);
};
