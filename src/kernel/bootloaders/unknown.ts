/**
 * A boot loader the agent does not speak to (extlinux without Lua, LILO, a kernel that the hypervisor gives). It is told nothing and boots what it boots;
 * a kernel can be tried beside it by kexec, where the vendor asks for that.
 */
import type { Guest } from '../../guest/guest.ts';
import { loaderNotice } from '../../notices/bootloader.ts';
import type { Notice } from '../../notices/notice.ts';
import type { BootLoader } from './bootloader.ts';

/** What is there instead, for the Notice. */
const OTHERS: Record<string, string> = {
  '/boot/extlinux/extlinux.conf': 'extlinux without lua.c32',
  '/boot/extlinux.conf': 'extlinux without lua.c32',
  '/boot/syslinux/syslinux.cfg': 'syslinux',
  '/etc/lilo.conf': 'LILO',
  '/boot/grub/menu.lst': 'GRUB 0.97',
};

const refusal = async (guest: Guest): Promise<Notice> => {
  for (const [path, name] of Object.entries(OTHERS)) {
    if ((await guest.stat(path)) !== null) return loaderNotice('loader-unknown', path, name);
  }
  return loaderNotice('loader-unknown', '/boot', 'neither GRUB’s configuration nor systemd-boot’s');
};

const nothing = async (): Promise<void> => {};

export const unknownLoader: BootLoader = {
  name: 'unknown',
  boots: async () => true,
  refusal,
  unkept: refusal,
  sealable: refusal,
  /** With the arguments of this very boot: they led to this root file system. */
  async entry(guest, { image, initramfs }) {
    return { kernel: image, initrd: initramfs ?? '', args: (await guest.text('/proc/cmdline', 16 * 1024)) ?? '' };
  },
  obstacle: refusal,
  state: async () => ({ trial: null, nonce: null, proven: null, marked: false }),
  effectiveDefault: async () => null,
  snapshot: async () => ({ path: '/boot', bytes: Buffer.alloc(0) }),
  arm: nothing,
  disarm: nothing,
  promote: nothing,
  forget: nothing,
  restore: nothing,
  seal: nothing,
};
