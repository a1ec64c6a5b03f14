/** Is there room for what a kernel package unpacks, and for the initramfs its hooks build? */
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { packageNotice } from '../notices/packages.ts';

const MIB: Bytes = 1024 * 1024;
/** A package says its unpacked size in a field we need not read again: kernels' modules are packed to a quarter at best. */
const UNPACKED = 5;
const LEAST: Bytes = 64 * MIB;

const sizeOf = async (guest: Guest, path: Path): Promise<Bytes> => (await guest.stat(path))?.size ?? 0;

const sizes = async (guest: Guest, paths: readonly Path[]): Promise<Bytes[]> =>
  Promise.all(paths.map(path => sizeOf(guest, path)));

/** Twice the largest initramfs (it is written beside itself) and the image. */
const forBoot = async (guest: Guest): Promise<Bytes> => {
  const names = (await guest.list('/boot')).filter(name => /^(initrd|initramfs|vmlinuz)/.test(name));
  return (
    2 *
      Math.max(
        0,
        ...(await sizes(
          guest,
          names.map(name => `/boot/${name}`),
        )),
      ) +
    LEAST
  );
};

/** @returns null where there is room. */
export const roomFor = async (guest: Guest, files: readonly Path[]): Promise<Notice | null> => {
  const packed = (await sizes(guest, files)).reduce((sum, size) => sum + size, 0);
  const needed: [Path, Bytes][] = [
    ['/usr', UNPACKED * packed + LEAST],
    ['/boot', await forBoot(guest)],
  ];
  for (const [path, bytes] of needed) {
    const free = await guest.free((await guest.stat(path)) === null ? '/' : path);
    if (free === null || free >= bytes) continue;
    return packageNotice('packages-room', path, `${Math.floor(free / MIB)} MiB of ${Math.ceil(bytes / MIB)} MiB`);
  }
  return null;
};
