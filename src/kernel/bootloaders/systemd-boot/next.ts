/**
 * What a loader entry's files cannot be loaded for goes back to the firmware, which then tries its other boot options: the network, a shell
 * (seen with OVMF: it never came back to the disk). A boot by BootNext is another matter: the firmware deletes the variable, starts that
 * option, and where it fails goes on with BootOrder from its beginning (UEFI 2.10, 3.1.1). So the trial begins with the very option that
 * started this boot, as BootNext; when its files do not load, the same loader starts once more, and boots the old kernel.
 */
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';

/** EFI_GLOBAL_VARIABLE */
const file = (name: string): Path => `/sys/firmware/efi/efivars/${name}-8be4df61-93ca-11d2-aa0d-00e098032b8c`;
const NEXT = file('BootNext');
/** Non-volatile, for boot and runtime services. */
const ATTRIBUTES = Buffer.from([7, 0, 0, 0]);

/** The number of a boot option, as the two bytes of a variable; null where there is none. */
const option = async (guest: Guest, path: Path): Promise<Buffer | null> => {
  const bytes = await guest.read(path, 64).catch(() => null);
  return bytes?.length === ATTRIBUTES.length + 2 ? bytes.subarray(ATTRIBUTES.length) : null;
};

/** An administrator's own choice for the next boot stays. */
export const beginHere = async (guest: WritableGuest): Promise<void> => {
  const current = await option(guest, file('BootCurrent'));
  if (current !== null) await guest.create(NEXT, Buffer.concat([ATTRIBUTES, current]));
};

export const beginAnywhere = async (guest: WritableGuest): Promise<void> => {
  const [current, next] = [await option(guest, file('BootCurrent')), await option(guest, NEXT)];
  if (current !== null && next?.equals(current)) await guest.remove(NEXT);
};
