/** The archive that ends a trial which never mounts its root file system (packaging/initramfs), beside the kernels of the partition. */
import type { Path, WritableGuest } from '../../../guest/guest.ts';
import type { BootEntry } from '../bootloader.ts';
import { guardArchive } from '../guard.ts';

/** Its name on the partition, as entries give it. */
const NAME = '/enlighten-trial.cpio';

/** @returns the entry with the archive before its initramfs; as it was where the package has none */
export const guarded = async (guest: WritableGuest, point: Path, entry: BootEntry): Promise<BootEntry> => {
  const archive = await guardArchive(guest);
  if (archive === null) return entry;
  await guest.replace(point + NAME, archive);
  return { ...entry, initrd: `${NAME} ${entry.initrd}`.trim() };
};

export const removeGuard = (guest: WritableGuest, point: Path): Promise<void> => guest.remove(point + NAME);
