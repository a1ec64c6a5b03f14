import { installMissing as install } from '../../../scripts/debian.ts';

/** What the lab needs on the machine it runs on: a program (or a file), and the Debian package that brings it. */
const needed: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  sfdisk: 'fdisk',
  'mkfs.ext4': 'e2fsprogs',
  debugfs: 'e2fsprogs',
  e2undo: 'e2fsprogs',
  'grub-fstest': 'grub-common',
  'mkfs.vfat': 'dosfstools',
  mcopy: 'mtools',
  mkudffs: 'udftools',
  losetup: 'mount',
  lvm: 'lvm2',
  'mkfs.btrfs': 'btrfs-progs',
  extlinux: 'extlinux',
  cryptsetup: 'cryptsetup-bin',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  xorriso: 'xorriso',
  cpio: 'cpio',
  gcc: 'gcc',
  '/usr/include/stdlib.h': 'libc6-dev',
  'dpkg-deb': 'dpkg',
  '/usr/share/OVMF/OVMF_CODE_4M.fd': 'ovmf',
};

/** Installs what is missing, and says so. */
export const installMissing = (): void => install(needed);
