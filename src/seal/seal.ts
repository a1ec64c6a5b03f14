/**
 * The vendor's last act: the image forgets everything that belongs to the machine it was built on, the boot loader learns which kernel
 * boots everywhere, and the image is marked an appliance. The mark comes last: a seal that was cut short has not happened.
 */
import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { BootEntry } from '../kernel/bootloaders/bootloader.ts';
import { CUSTOM, CUSTOM_SOURCE } from '../kernel/bootloaders/grub/paths.ts';
import { bootLoader } from '../kernel/bootloaders/index.ts';
import { type InstalledKernel, installedKernels } from '../kernel/installed.ts';
import { loaderNotice } from '../notices/bootloader.ts';
import type { Notice } from '../notices/notice.ts';
import { sealNotice } from '../notices/seal.ts';
import { vendorProfiles } from '../profiles/vendor.ts';
import { readSettingsFile } from '../settings/file.ts';
import { markSealed, SEALED } from '../state/sealed.ts';
import { VERSION } from '../version.ts';

export interface Sealing {
  problems: Notice[];
  /** Release of the kernel that boots everywhere; null when there is none. */
  universal: string | null;
}

/** What one machine's boots left behind. */
const BELONGS_TO_A_MACHINE = [
  '/var/lib/enlighten/state.json',
  '/var/lib/enlighten/journal.jsonl',
  '/var/lib/enlighten/environment.json',
];

const sameBytes = async (guest: Guest): Promise<Notice | null> => {
  const [ours, installed] = [await guest.read(CUSTOM_SOURCE), await guest.read(CUSTOM)];
  if (installed !== null && ours?.equals(installed)) return null;
  return loaderNotice('loader-custom', CUSTOM, installed === null ? 'it is absent' : 'it differs');
};

/** The newest kernel of the distribution's universal flavour, and how the vendor's own menu boots it. */
const universalEntry = async (guest: Guest): Promise<{ kernel: InstalledKernel; entry: BootEntry } | Notice> => {
  const kernel = (await installedKernels(guest)).find(({ universal }) => universal);
  if (!kernel) return sealNotice('seal-no-universal', '/boot');
  const entry = await bootLoader.entry(guest, kernel);
  return entry === null ? loaderNotice('loader-entry', kernel.image, kernel.release) : { kernel, entry };
};

/** Seals the image, or returns every problem and leaves it unsealed. */
export const seal = async (guest: WritableGuest): Promise<Sealing> => {
  const found = await universalEntry(guest);
  const custom = await sameBytes(guest);
  const problems = [
    ...('code' in found ? [found] : []),
    ...(custom === null ? [] : [custom]),
    ...(await readSettingsFile(guest)).notices,
    ...(await vendorProfiles(guest)).notices,
  ];
  const universal = 'code' in found ? null : found.kernel.release;
  if ('code' in found || problems.length > 0) return { problems, universal };
  await guest.remove(SEALED);
  // The loader first: as long as it holds a kernel of ours, the journal knows how to take it back.
  await bootLoader.seal(guest, found.entry);
  for (const path of BELONGS_TO_A_MACHINE) await guest.remove(path);
  await markSealed(guest, VERSION);
  return { problems: [], universal };
};
