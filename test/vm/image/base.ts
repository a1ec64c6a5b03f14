import type { Foundation } from './foundation.ts';
import { plain } from './foundation.ts';
import { loaders } from './loaders/index.ts';
import { roots } from './roots/index.ts';
import { rootTree, type Tree } from './tree.ts';

/**
 * The base: a stock Debian root tree with both kernel flavours and a boot loader, as an appliance vendor would start from.
 * Everything of ours is laid on a copy of it (appliance.ts).
 */
const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'dbus', 'kmod', 'iproute2', 'procps', 'ethtool', 'less', 'strace', 'zstd'],
  ...['linux-image-amd64', 'linux-image-cloud-amd64'],
];

/** One tree for all of them: it takes minutes to make. */
const otherRoots = [...new Set(Object.values(roots).flatMap(root => root.packages))];

/** @param more packages that a vendor adds: another tree, as this is made in minutes and kept */
export const base = (more: readonly string[] = [], on: Foundation = plain): Promise<Tree> => {
  const itsOwn = [
    on.initramfs,
    ...loaders[on.loader].packages,
    ...(on.root === 'ext4' ? roots.ext4.packages : otherRoots),
  ];
  const usual: string[] = [plain.initramfs, plain.loader, plain.root];
  const unusual = [on.initramfs, on.loader, on.root].filter(it => !usual.includes(it));
  return rootTree(['base tree', ...unusual, ...more].join(' with '), on.suite, [...packages, ...itsOwn, ...more]);
};
