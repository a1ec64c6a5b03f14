/** The archive that ends a trial which never mounts its root file system (packaging/initramfs), beside the kernels of the partition. */
import type { Path, WritableGuest } from '../../../guest/guest.ts';
import type { BootEntry } from '../bootloader.ts';

/** What the package ships; GRUB has a copy of its own. */
const SHIPPED = '/usr/lib/enlighten/trial.cpio';
const MAX_SIZE = 64 * 1024;
/** Its name on the partition, as entries give it. */
const NAME = '/enlighten-trial.cpio';

/** @returns the entry with the archive before its initramfs; as it was where the package has none */
export const guarded = async (guest: WritableGuest, point: Path, entry: BootEntry): Promise<BootEntry> => {
  const archive = await guest.read(SHIPPED, MAX_SIZE);
  if (archive === null) return entry;
  await guest.replace(point + NAME, archive);
  return { ...entry, initrd: `${NAME} ${entry.initrd}`.trim() };
};

export const removeGuard = (guest: WritableGuest, point: Path): Promise<void> => guest.remove(point + NAME);
