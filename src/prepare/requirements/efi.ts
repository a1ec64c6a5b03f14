import { prepareNotice } from '../../notices/prepare.ts';
import { type Esp, fallbackOf, readEsp } from '../esp.ts';
import { type Finding, missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

const fallback = (esp: Esp | null, vital: boolean): Finding => {
  if (esp === null) return unknown(prepareNotice('image-no-esp', '/boot/efi'), vital);
  const found = fallbackOf(esp);
  if (found !== null) return ok(`${esp.at}/${found}`);
  return missing(prepareNotice('image-no-fallback', esp.at, esp.loaders.slice(0, 4).join(', ')), vital);
};

/** The firmware's memory does not travel with the disk: only the fall-back path is found there. */
export const efi: Requirement = {
  id: 'efi',
  title: 'EFI firmware that has never seen the disk finds a loader',
  reference: 'https://uefi.org/specs/UEFI/2.10/03_Boot_Manager.html#removable-media-boot-behavior',
  of: 'target',
  async look({ guest }) {
    const esp = await readEsp(guest);
    return ({ startedBy }) => {
      if (!startedBy.includes('efi')) return ok('it is not started by EFI');
      return fallback(esp, !startedBy.includes('bios'));
    };
  },
};
