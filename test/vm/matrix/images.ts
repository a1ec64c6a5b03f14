/** Images a vendor might ship: which kernels, which initramfs, which loader. */
import type { Appliance } from '../image/appliance.ts';
import type { Hardware } from '../machine/qemu.ts';
import { hostOnly, oneKernel } from '../one-kernel.ts';

interface Shipped extends Partial<Pick<Appliance, 'on' | 'prepare' | 'seal'>> {
  /** What the image is for. */
  firmware: Hardware['firmware'];
}

const onlyCloud = 'dpkg --purge $(dpkg-query --show "linux-image-*" | cut --fields=1 | grep --invert-match cloud)';

export const images: Record<string, Shipped> = {
  'both kernels, GRUB, BIOS': { firmware: 'bios' },
  'both kernels, GRUB, UEFI': { firmware: 'uefi' },
  'both kernels, systemd-boot, UEFI': { firmware: 'uefi', on: { loader: 'systemd-boot' } },
  'both kernels, extlinux, BIOS': { firmware: 'bios', on: { loader: 'extlinux' } },
  // `seal` refuses it: nothing in it boots everywhere.
  'cloud kernel': { firmware: 'bios', prepare: onlyCloud, seal: false },
  'generic kernel, initramfs of one host': {
    ...{ firmware: 'bios', prepare: [oneKernel, hostOnly['initramfs-tools']].join('\n') },
  },
  'generic kernel, dracut of one host': {
    ...{ firmware: 'bios', on: { initramfs: 'dracut' }, prepare: [oneKernel, hostOnly.dracut].join('\n') },
  },
};
