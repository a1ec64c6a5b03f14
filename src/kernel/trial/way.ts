/** How a trial is started: through firmware and boot loader, or by kexec. Chosen by evidence, and said why. */
import type { Guest } from '../../guest/guest.ts';
import { loaderNotice } from '../../notices/bootloader.ts';
import { kexecNotice } from '../../notices/kexec.ts';
import type { Notice } from '../../notices/notice.ts';
import type { BootEntry, BootLoader } from '../bootloaders/bootloader.ts';
import { rebootsByKexec } from '../bootloaders/kexec/firmware.ts';
import { byKexec } from '../bootloaders/kexec/kexec.ts';
import { kexecRefusal } from '../bootloaders/kexec/refusal.ts';
import { unknownLoader } from '../bootloaders/unknown.ts';
import type { InstalledKernel } from '../installed.ts';

/** enlighten.reboot */
export type RebootWish = 'auto' | 'kexec' | 'firmware' | 'never';

/** What the state keeps of it. */
export interface TrialWay {
  by: 'firmware' | 'kexec';
  because: string;
}

export interface Way extends TrialWay {
  /** What arms. */
  loader: BootLoader;
  entry: BootEntry;
  /** Whether the loader can make the confirmed kernel the default; else every boot is a trial by kexec anew. */
  kept: boolean;
}

interface Question {
  disk: BootLoader;
  wish: RebootWish;
  kernel: InstalledKernel;
}

/** Where the loader itself cannot start a trial. With enlighten.reboot=never the next reboot is a person's, whom nobody can tell how. */
const firmwareRefusal = async (guest: Guest, { disk, wish }: Question): Promise<Notice | null> => {
  if (wish === 'never' && (await rebootsByKexec(guest)))
    return kexecNotice('kexec-reboots', '/etc/default/kexec', 'LOAD_KEXEC=true');
  return disk.refusal(guest);
};

const noEntry = ({ image, release }: InstalledKernel): Notice => loaderNotice('loader-entry', image, release);

const throughFirmware = async (guest: Guest, { disk, kernel }: Question, because: string): Promise<Way | Notice> => {
  const entry = await disk.entry(guest, kernel);
  return entry === null ? noEntry(kernel) : { by: 'firmware', because, loader: disk, entry, kept: true };
};

const throughKexec = async (guest: Guest, { disk, kernel }: Question, because: string): Promise<Way> => {
  const entry = (await disk.unkept(guest)) === null ? await disk.entry(guest, kernel) : null;
  const kept = entry !== null;
  const more = kept ? '' : '; the boot loader cannot make it the default, so every boot starts it in this way';
  const way = { by: 'kexec' as const, because: because + more, loader: byKexec(disk, kernel), kept };
  // Without an entry of the loader's: the arguments of this very boot, which led to this root file system.
  return { ...way, entry: entry ?? ((await unknownLoader.entry(guest, kernel)) as BootEntry) };
};

/** Only where GRUB can read and not write is kexec the better way by itself; everything else is for a person to mend, or to wait for. */
const READ_ONLY = 'loader-block';

/**
 * - `firmware`, `never`: through the loader, or not at all.
 * - `kexec`: by kexec, or not at all.
 * - `auto`: through the loader, since that also proves that the loader loads this kernel; by kexec where the loader could not take the
 *   trial back, but can still make the kernel the default.
 * @returns the Notice that says why there is no way
 */
export const chooseWay = async (guest: Guest, question: Question): Promise<Way | Notice> => {
  const { disk, wish, kernel } = question;
  if (wish === 'kexec') {
    return (await kexecRefusal(guest)) ?? throughKexec(guest, question, 'enlighten.reboot=kexec');
  }
  const refused = await firmwareRefusal(guest, question);
  if (refused === null) return throughFirmware(guest, question, `${disk.name} starts it once and returns by itself`);
  if (wish !== 'auto' || refused.code !== READ_ONLY) return refused;
  if ((await disk.unkept(guest)) !== null) return refused;
  const barred = await kexecRefusal(guest);
  if (barred !== null) return { ...refused, happened: `${refused.happened} ${barred.subject}: ${barred.happened}` };
  if ((await disk.entry(guest, kernel)) === null) return noEntry(kernel);
  return throughKexec(guest, question, `${refused.subject}: ${refused.happened}`);
};
