/** What is mounted where: /proc/self/mountinfo (proc_pid_mountinfo(5)). */
import type { Guest, Path } from '../guest/guest.ts';

export interface Mount {
  /** `/var/lib` */
  point: Path;
  /** `8:1`; major 0 for file systems without one device, btrfs among them. */
  device: string;
  /** `ext4` */
  type: string;
  /** `/dev/vda1`, `overlay` */
  source: string;
  /** Of the mount and of the file system: `ro` in either means nothing can be written. */
  options: string[];
}

const MAX_MOUNTINFO = 4 * 1024 * 1024;

/** Space, tab, newline and backslash are written as three octal digits. */
export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** `36 35 98:0 / /mnt rw,noatime shared:1 - ext3 /dev/root rw,errors=continue`; null for a line of another form. */
const mountOfLine = (line: string): Mount | null => {
  const [left, right] = line.split(' - ', 2);
  const [, , device, , point, options] = left?.split(' ') ?? [];
  const [type, source, superOptions] = right?.split(' ') ?? [];
  if (device === undefined || point === undefined || options === undefined) return null;
  if (type === undefined || source === undefined) return null;
  return {
    point: unescaped(point),
    device,
    type,
    source: unescaped(source),
    options: [...options.split(','), ...(superOptions ?? '').split(',')],
  };
};

/** In the order they were mounted; empty when /proc does not tell. */
export const mounts = async (guest: Guest): Promise<Mount[]> => {
  const text = (await guest.read('/proc/self/mountinfo', MAX_MOUNTINFO))?.toString('utf8') ?? '';
  return text
    .split('\n')
    .map(mountOfLine)
    .filter(mount => mount !== null);
};

/** The mount a path lies on: the longest mount point above it, the last one mounted there. */
export const mountOf = (all: readonly Mount[], path: Path): Mount | null => {
  const above = ({ point }: Mount) => point === '/' || path === point || path.startsWith(`${point}/`);
  return all
    .filter(above)
    .reduce<Mount | null>(
      (best, mount) => (best === null || mount.point.length >= best.point.length ? mount : best),
      null,
    );
};
