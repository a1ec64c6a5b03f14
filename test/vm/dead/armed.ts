/** A trial that is armed, as it lies on the disk of a machine without power: what its loader will read next. */
import type { Foundation } from '../image/foundation.ts';
import type { Hardware } from '../machine/qemu.ts';
import type { Opened, Volume } from '../machine/workbench.ts';

export interface Armed {
  /** The root file system. */
  root: Volume;
  /** Where the loader finds the kernel and the initramfs by these paths. */
  files: Volume;
  kernel: string;
  initramfs: string;
  /** Changes the trial's arguments, and nobody else's. */
  change(args: (before: string) => string): Promise<void>;
}

interface Kind {
  on: Partial<Foundation>;
  hardware: Partial<Hardware>;
  armed(disk: Opened): Promise<Armed>;
  /** Shell lines that print what is still armed or kept by it; nothing after a trial that went back. */
  remains: string;
}

const inBlock = (path: string): Pick<Kind, 'armed'> => ({
  async armed({ root }) {
    const block = (await root.read(path)).toString('latin1');
    const value = (name: string) => new RegExp(`^enlighten_trial_${name}=(.*)$`, 'm').exec(block)?.[1] ?? '';
    const args = value('args');
    return {
      root,
      files: root,
      kernel: value('kernel'),
      initramfs: value('initrd'),
      async change(by) {
        const changed = block.replace(args, by(args)).replace(/#+$/, '');
        await root.write(path, changed.padEnd(block.length, '#'));
      },
    };
  },
});

const grubenv = '/boot/grub/grubenv';
const values = '^enlighten_(trial|proven|state|nonce)';

const grub: Pick<Kind, 'armed' | 'remains'> = {
  ...inBlock(grubenv),
  remains: `grub-editenv ${grubenv} list | grep -E '${values}' || true`,
};

const extlinux: Pick<Kind, 'armed' | 'remains'> = {
  ...inBlock('/boot/extlinux/enlighten.env'),
  remains: `cd /boot/extlinux; grep -E '${values}' enlighten.env; grep --text --only-matching enlighten-trial ldlinux.sys || true`,
};

const entry = '/loader/entries/enlighten-trial.conf';

const systemdBoot: Pick<Kind, 'armed' | 'remains'> = {
  async armed({ root, esp }) {
    const text = (await esp.read(entry)).toString();
    const last = (key: string) => [...text.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].at(-1)?.[1] ?? '';
    const args = last('options');
    return {
      root,
      files: esp,
      kernel: last('linux'),
      initramfs: last('initrd'),
      change: by => esp.write(entry, text.replace(args, by(args))),
    };
  },
  remains: `ls /boot/efi/loader/entries /sys/firmware/efi/efivars | grep -E 'enlighten-|^LoaderEntry(OneShot|Default)' || true`,
};

/** What starts a trial. */
export const kinds = {
  'grub-bios': { on: {}, hardware: {}, ...grub },
  'grub-uefi': { on: {}, hardware: { firmware: 'uefi' }, ...grub },
  'systemd-boot': { on: { loader: 'systemd-boot' }, hardware: { firmware: 'uefi' }, ...systemdBoot },
  extlinux: { on: { loader: 'extlinux' }, hardware: {}, ...extlinux },
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
