import { kernelNotice } from '../../notices/kernel.ts';
import { isBlocked } from '../blocked.ts';
import type { Proof } from './context.ts';

/**
 * The initramfs is whole to its trailer, has an init (the kernel ignores one without, Documentation/filesystems/
 * ramfs-rootfs-initramfs.rst), and its modules are byte for byte the ones under /lib/modules: it belongs to no package,
 * so nothing else vouches for it.
 */
export const initramfs: Proof = async p => {
  const read = await p.initramfs();
  if (read === null) return null;
  if (isBlocked(read)) return read.blocked;
  const file = p.target.initramfs ?? '';
  if (!read.names.has('init')) return kernelNotice('initramfs-damaged', file, 'it has no /init');
  for (const module of read.modules) {
    if (module.release !== p.target.release) continue;
    if (p.late()) return kernelNotice('proof-out-of-time', p.target.release, 'initramfs');
    const installed = await p.digest(`${p.target.modules}/${module.path}`, 'md5');
    if (installed !== module.md5) return kernelNotice('initramfs-differs', file, module.path);
  }
  return null;
};
