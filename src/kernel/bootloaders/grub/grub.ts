/** GRUB 2, as Debian configures it. The protocol with custom.cfg is written down at the head of packaging/grub/custom.cfg. */
import type { Guest } from '../../../guest/guest.ts';
import type { InstalledKernel } from '../../installed.ts';
import { variable } from '../block/environment-block.ts';
import { heldBlock } from '../block/held.ts';
import { keptIn } from '../block/kept.ts';
import { universalKernel, universalText } from '../block/universal.ts';
import { entryOf } from '../bls/entries.ts';
import type { BootEntry, BootLoader } from '../bootloader.ts';
import { entryFor, readsEntryFiles } from './config.ts';
import { debian, fedora, type Place } from './paths.ts';
import { customised, refusal, unkept } from './refusal.ts';

/** GRUB expands variables in entry files; those nobody set are empty there. */
const blsEntry = async (guest: Guest, place: Place, kernel: InstalledKernel): Promise<BootEntry | null> => {
  const block = (await heldBlock(guest, place.environment))?.block ?? [];
  return entryOf(guest, kernel, name => variable(block, name));
};

const grubAt = (place: Place): BootLoader => {
  const { clear, ...kept } = keptIn({
    environment: place.environment,
    universal: guest => universalKernel(guest, place.universal),
    starts: async () => true,
  });
  return {
    ...kept,
    name: 'grub',
    refusal: guest => refusal(guest, place),
    unkept: guest => unkept(guest, place),
    sealable: guest => customised(guest, place),

    async boots(guest) {
      return ((await guest.stat(place.config)) ?? (await guest.stat(place.environment))) !== null;
    },

    async entry(guest, kernel) {
      const config = await guest.read(place.config, 4 * 1024 * 1024);
      const text = config?.toString('utf8') ?? '';
      return entryFor(text, kernel.image) ?? (readsEntryFiles(text) ? blsEntry(guest, place, kernel) : null);
    },

    async seal(guest, universal) {
      await guest.replace(place.universal, universalText(universal));
      await clear(guest);
      if (guest.live) await guest.run('flush-filesystem', [place.environment]);
    },
  };
};

export const grub = grubAt(debian);
/** With entries of their own files (BLS) where grub.cfg says `blscfg`. */
export const grub2 = grubAt(fedora);
