/**
 * kexec_file_load(2) takes one initramfs: the archive that ends a trial without a root file system and the trial's own are one file, as
 * the kernel would see them side by side (Documentation/driver-api/early-userspace/buffer-format.rst). It lies in memory, while it is loaded.
 */
import type { Path, WritableGuest } from '../../../guest/guest.ts';
import { guardArchive } from '../guard.ts';

const JOINED: Path = '/run/enlighten/kexec-initramfs';
const MAX_INITRAMFS = 256 * 1024 * 1024;
/** Archives begin at multiples of four bytes; cpio fills its blocks up with zeros. */
const BLOCK = 512;

/** @returns the joined file; the initramfs as it is where the package has no archive, or where there is no room: the trial goes on without */
export const guarded = async (guest: WritableGuest, initramfs: Path): Promise<Path> => {
  try {
    const [archive, own] = [await guardArchive(guest), await guest.read(initramfs, MAX_INITRAMFS)];
    if (archive === null || own === null) return initramfs;
    const fill = Buffer.alloc((BLOCK - (archive.length % BLOCK)) % BLOCK);
    await guest.replace(JOINED, Buffer.concat([archive, fill, own]), 0o600);
    return JOINED;
  } catch {
    return initramfs;
  }
};

export const removeGuarded = (guest: WritableGuest): Promise<void> => guest.remove(JOINED);
