/**
 * The vendor's last act: the image forgets everything that belongs to the machine it was built on, the boot loader learns which kernel
 * boots everywhere, and the image is marked an appliance. The mark comes last: a seal that was cut short has not happened.
 */
import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { BootEntry, BootLoader } from '../kernel/bootloaders/bootloader.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { type InstalledKernel, installedKernels } from '../kernel/installed.ts';
import { loaderNotice } from '../notices/bootloader.ts';
import type { Notice } from '../notices/notice.ts';
import { sealNotice } from '../notices/seal.ts';
import { vendorProfiles } from '../profiles/vendor.ts';
import { readSettingsFile } from '../settings/file.ts';
import { markSealed, SEALED } from '../state/sealed.ts';
import { VERSION } from '../version.ts';
import { forgetMachine } from './forget.ts';
import { remarks } from './remarks.ts';

export interface Sealing {
  problems: Notice[];
  /** Release of the kernel that boots everywhere; null when there is none. */
  universal: string | null;
  /** What the vendor should know, though it is sealed. */
  notices: Notice[];
}

/** The newest kernel of the distribution's universal flavour, and how the vendor's own menu boots it. */
const universalEntry = async (
  guest: Guest,
  loader: BootLoader,
): Promise<{ kernel: InstalledKernel; entry: BootEntry } | Notice> => {
  const kernel = (await installedKernels(guest)).find(({ universal }) => universal);
  if (!kernel) return sealNotice('seal-no-universal', '/boot');
  const entry = await loader.entry(guest, kernel);
  return entry === null ? loaderNotice('loader-entry', kernel.image, kernel.release) : { kernel, entry };
};

/**
 * Seals the image, or returns every problem and leaves it as it was, sealed or not.
 * @param whole the image forgets its machine-id, keys and leases, too
 */
export const seal = async (guest: WritableGuest, whole = false): Promise<Sealing> => {
  const loader = await bootLoaderOf(guest);
  const found = await universalEntry(guest, loader);
  const unready = await loader.sealable(guest);
  const problems = [
    ...('code' in found ? [found] : []),
    ...(unready === null ? [] : [unready]),
    ...(await readSettingsFile(guest)).notices,
    ...(await vendorProfiles(guest)).notices,
  ];
  const universal = 'code' in found ? null : found.kernel.release;
  if ('code' in found || problems.length > 0) return { problems, universal, notices: [] };
  await guest.remove(SEALED);
  // The loader first: as long as it holds a kernel of ours, the journal knows how to take it back.
  await loader.seal(guest, found.entry);
  await forgetMachine(guest, whole);
  await markSealed(guest, VERSION);
  return { problems: [], universal, notices: await remarks(guest, loader) };
};
