/** Which hardware a block device or a network interface hangs on: its real path in sysfs names every device above it. */
import type { Guest, Path } from '../guest/guest.ts';

/** A thing that hardware provides, and the real paths below /sys/devices on which it lies. */
export interface Provided {
  name: string;
  kind: 'block' | 'net';
  paths: Path[];
}

const MAX_NAMES = 4096;
const SUBSYSTEMS = '/sys/devices/virtual/nvme-subsystem/';

/** With native multipathing an NVMe disk lies below its subsystem, whose controllers are links to the hardware. */
const controllersOf = async (guest: Guest, path: Path): Promise<Path[]> => {
  if (!path.startsWith(SUBSYSTEMS)) return [];
  const subsystem = path.split('/').slice(0, SUBSYSTEMS.split('/').length).join('/');
  const controllers = (await guest.list(subsystem)).filter(name => /^nvme\d+$/.test(name));
  const paths = await Promise.all(controllers.map(name => guest.resolve(`${subsystem}/${name}`)));
  return paths.filter(found => found !== null);
};

/** Where one block device or interface lies. */
export const pathsOf = async (guest: Guest, path: Path): Promise<Path[]> => {
  const real = await guest.resolve(path);
  return real === null ? [] : [real, ...(await controllersOf(guest, real))];
};

/** All block devices and network interfaces that lie on hardware; loop devices, bridges and the like do not. */
export const provided = async (guest: Guest): Promise<Provided[]> => {
  const found: Provided[] = [];
  for (const kind of ['block', 'net'] as const) {
    const folder = kind === 'block' ? '/sys/block' : '/sys/class/net';
    for (const name of (await guest.list(folder)).slice(0, MAX_NAMES)) {
      const paths = (await pathsOf(guest, `${folder}/${name}`)).filter(
        path => !path.startsWith('/sys/devices/virtual/'),
      );
      if (paths.length > 0) found.push({ name, kind, paths });
    }
  }
  return found;
};

/** The folders above a path, nearest first, down to /sys/devices. */
export const above = (path: Path): Path[] => {
  const parts = path.split('/');
  return parts
    .map((_, index) => parts.slice(0, parts.length - index).join('/'))
    .filter(folder => /^\/sys\/devices\/./.test(folder));
};
