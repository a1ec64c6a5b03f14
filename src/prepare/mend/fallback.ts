/** The distribution's loader, copied to where firmware looks that has never seen the disk (UEFI 2.10, 3.5.1.1; as grub-install --force-extra-removable does). */
import type { Guest, Path } from '../../guest/guest.ts';
import type { ImageStep } from '../../profiles/step.ts';
import { type Esp, fallbackOf, readEsp } from '../esp.ts';
import type { Mends } from './mends.ts';

const REASON = 'The firmware’s boot entries do not travel with the disk; the fall-back path does.';
const REFERENCE = 'https://uefi.org/specs/UEFI/2.10/03_Boot_Manager.html#removable-media-boot-behavior';

/** Loaders by name, and what they are called at the fall-back path; `X64` stands for the architecture. */
const sets: readonly (readonly (readonly [from: string, to: string])[])[] = [
  [
    ['shimx64.efi', 'BOOTX64.EFI'],
    ['grubx64.efi', 'grubx64.efi'],
    ['mmx64.efi', 'mmx64.efi'],
  ],
  [
    ['shimaa64.efi', 'BOOTAA64.EFI'],
    ['grubaa64.efi', 'grubaa64.efi'],
    ['mmaa64.efi', 'mmaa64.efi'],
  ],
  [['grubx64.efi', 'BOOTX64.EFI']],
  [['grubaa64.efi', 'BOOTAA64.EFI']],
  [['systemd-bootx64.efi', 'BOOTX64.EFI']],
  [['systemd-bootaa64.efi', 'BOOTAA64.EFI']],
];

const stepFor = ({ at }: Esp, from: Path, to: string): ImageStep => {
  const path = `${at}/${from.split('/')[0]}/BOOT/${to}`;
  return {
    id: `image:${path}`,
    kind: 'image',
    path,
    make: { copyOf: `${at}/${from}` },
    desired: 'present',
    reason: REASON,
    reference: REFERENCE,
    lasts: 'persistent',
  };
};

/** The files of one folder, or none when its first, the one that is started, is not there. */
const copiesFrom = (esp: Esp, folder: Path): ImageStep[] => {
  const inFolder = (name: string) => esp.loaders.find(path => path.toLowerCase() === `${folder}/${name}`.toLowerCase());
  const set = sets.find(files => files.slice(0, 2).every(([from]) => inFolder(from) !== undefined)) ?? [];
  return set.flatMap(([from, to]) => {
    const path = inFolder(from);
    return path === undefined ? [] : [stepFor(esp, path, to)];
  });
};

export const planFallback = async (guest: Guest): Promise<Mends> => {
  const esp = await readEsp(guest);
  if (esp === null || fallbackOf(esp) !== null) return { steps: [], programs: [], left: [] };
  const folders = [...new Set(esp.loaders.map(path => path.slice(0, path.lastIndexOf('/'))))];
  // One distribution's: where there are several, which of them is meant cannot be told.
  const steps = folders.map(folder => copiesFrom(esp, folder)).filter(copies => copies.length > 0);
  return { steps: steps.length === 1 ? (steps[0] ?? []) : [], programs: [], left: [] };
};
