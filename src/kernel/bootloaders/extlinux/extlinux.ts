/**
 * extlinux on BIOS. A trial is a command for one boot in the loader's own auxiliary data, which it takes away before it runs it. What boots is
 * decided by a script in Syslinux's Lua (packaging/extlinux/enlighten.lua), because extlinux itself cannot compare machines: the script
 * reads the block we keep, asks SMBIOS, and goes on with the next kernel where one does not load.
 */
import { EnlightenError } from '../../../errors.ts';
import type { Guest } from '../../../guest/guest.ts';
import { loaderNotice } from '../../../notices/bootloader.ts';
import { keptIn } from '../block/kept.ts';
import { universalKernel, universalText } from '../block/universal.ts';
import type { BootLoader } from '../bootloader.ts';
import { onceOf, readVector, setOnce } from './auxiliary-data.ts';
import { including, labelFor, overruled } from './config.ts';
import { hasLua, install } from './installed.ts';
import { alpine, debian, type Place } from './paths.ts';
import { isMarked, refusal, TRIAL, unkept } from './refusal.ts';

const MAX_MENU = 256 * 1024;

const menuOf = async (guest: Guest, { config }: Place): Promise<string> =>
  (await guest.read(config, MAX_MENU))?.toString('utf8') ?? '';

/** The family of boot loaders in the upper four bits (Documentation/arch/x86/boot.rst, type_of_loader). */
const SYSLINUX = 3;

const extlinuxAt = (place: Place): BootLoader => {
  const isArmed = async (guest: Guest): Promise<boolean> => onceOf(await readVector(guest, place.core)) === TRIAL;
  const { clear, ...kept } = keptIn({
    environment: place.environment,
    universal: guest => universalKernel(guest, place.universal),
    starts: isArmed,
  });
  return {
    ...kept,
    name: 'extlinux',
    refusal: guest => refusal(guest, place),
    unkept: guest => unkept(guest, place),

    /**
     * Its menu says so where there is none of GRUB's; where there is, the kernel knows who started it. Without Lua it can be told nothing.
     */
    async boots(guest) {
      if ((await guest.stat(place.config)) === null || !(await hasLua(guest, place))) return false;
      const grub = (await guest.stat('/boot/grub/grub.cfg')) ?? (await guest.stat('/boot/grub2/grub.cfg'));
      return grub === null || Number(await guest.text('/proc/sys/kernel/bootloader_type')) >> 4 === SYSLINUX;
    },

    async entry(guest, { image }) {
      const label = labelFor(await menuOf(guest, place), image);
      return label === null ? null : { kernel: label.kernel, initrd: label.initrd, args: label.args };
    },

    async state(guest) {
      return { ...(await kept.state(guest)), marked: await isMarked(guest) };
    },

    /**
     * The command for one boot first: where the block does not say so yet, the script starts the old kernel. The other way round, a trial
     * that never began would look like one that died.
     */
    async arm(guest, entry, maker, nonce) {
      await setOnce(guest, place.core, TRIAL);
      await kept.arm(guest, entry, maker, nonce);
    },

    async disarm(guest) {
      await setOnce(guest, place.core, null);
      await kept.disarm(guest);
    },

    async promote(guest, entry, maker) {
      await setOnce(guest, place.core, null);
      await kept.promote(guest, entry, maker);
    },

    async forget(guest) {
      await setOnce(guest, place.core, null);
      await kept.forget(guest);
    },

    async restore(guest, bytes) {
      await setOnce(guest, place.core, null);
      await kept.restore(guest, bytes);
    },

    async sealable(guest) {
      const why = overruled(including(await menuOf(guest, place)));
      return why === null ? null : loaderNotice('loader-include', place.config, why);
    },

    async seal(guest, universal) {
      const menu = await menuOf(guest, place);
      const label = labelFor(menu, universal.kernel);
      if (label === null) {
        const happened = `it has no label in ${place.config}`;
        throw new EnlightenError('none', { tried: 'seal', on: universal.kernel, happened });
      }
      await setOnce(guest, place.core, null);
      await guest.replace(place.universal, universalText(universal));
      await clear(guest);
      await install(guest, place, label.name);
      if (overruled(menu) !== null) await guest.replace(place.config, including(menu));
      if (guest.live) await guest.run('flush-filesystem', [place.environment]);
    },
  };
};

export const extlinux = extlinuxAt(debian);
/** Where `update-extlinux` writes the menu. */
export const extlinuxOfAlpine = extlinuxAt(alpine);
