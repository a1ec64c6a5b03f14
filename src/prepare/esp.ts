/** The EFI system partition as far as it is mounted. FAT knows no case, a folder that stands for it may. */
import type { Guest, Path } from '../guest/guest.ts';

export interface Esp {
  /** `/boot/efi` */
  at: Path;
  /** Names as they are written, relative to `at`, of the loaders: `EFI/debian/grubx64.efi`. */
  loaders: readonly Path[];
}

/** systemd's and the distributions' places (bootctl(1), --esp-path). */
const places: readonly Path[] = ['/boot/efi', '/efi', '/boot'];
/** Distributions, firmware tools and Windows leave some; a folder somebody filled is not worth more. */
const MAX_FOLDERS = 64;
/** The fall-back loader of each architecture (UEFI 2.10, 3.5.1.1). */
const fallbacks = ['bootx64.efi', 'bootaa64.efi', 'bootia32.efi', 'bootriscv64.efi', 'bootloongarch64.efi'];

const loadersIn = async (guest: Guest, at: Path, efi: string): Promise<Path[]> => {
  const folders = (await guest.list(`${at}/${efi}`)).slice(0, MAX_FOLDERS);
  const found = await Promise.all(
    folders.map(async folder =>
      (await guest.list(`${at}/${efi}/${folder}`, 1024))
        .filter(name => name.toLowerCase().endsWith('.efi'))
        .map(name => `${efi}/${folder}/${name}`),
    ),
  );
  return found.flat();
};

/** null when none is mounted, or it holds no EFI folder. */
export const readEsp = async (guest: Guest): Promise<Esp | null> => {
  for (const at of places) {
    const efi = (await guest.list(at)).find(name => name.toLowerCase() === 'efi');
    if (efi === undefined || (at === '/boot' && (await guest.stat(`${at}/${efi}`))?.kind !== 'folder')) continue;
    const loaders = await loadersIn(guest, at, efi);
    if (loaders.length > 0) return { at, loaders };
  }
  return null;
};

/** The loader that firmware starts which has never seen the disk; null when there is none. */
export const fallbackOf = ({ loaders }: Esp): Path | null =>
  loaders.find(path => {
    const [, folder, name] = path.toLowerCase().split('/');
    return folder === 'boot' && fallbacks.includes(name ?? '');
  }) ?? null;
