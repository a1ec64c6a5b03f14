import { rootTree, type Tree } from './tree.ts';

/**
 * The base: a stock Debian 12 root tree with both kernel flavours and GRUB, as an appliance vendor would start from.
 * Everything of ours is laid on a copy of it (appliance.ts).
 */
const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'iproute2', 'procps', 'ethtool', 'less', 'strace'],
  ...['e2fsprogs', 'initramfs-tools', 'zstd', 'grub-pc', 'grub-efi-amd64-bin'],
  ...['linux-image-amd64', 'linux-image-cloud-amd64'],
];

/** @param more packages that a vendor adds: another tree, as this is made in minutes and kept */
export const base = (more: readonly string[] = []): Promise<Tree> =>
  rootTree(['base tree', ...more].join(' with '), [...packages, ...more]);
