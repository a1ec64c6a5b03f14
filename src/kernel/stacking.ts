/** Block devices that lie on block devices: /sys/dev/block, `partition` and `slaves` (Documentation/ABI/stable/sysfs-block). */
import { dirname } from 'node:path/posix';
import type { Guest, Path } from '../guest/guest.ts';
import type { Mount } from './mounts.ts';

/** What lies below a device mapper or md device, or the disk of a partition; none for a disk. null: a link leads nowhere. */
export const below = async (guest: Guest, path: Path): Promise<Path[] | null> => {
  if ((await guest.stat(`${path}/partition`)) !== null) return [dirname(path)];
  const slaves = await guest.list(`${path}/slaves`);
  const targets = await Promise.all(slaves.map(name => guest.resolve(`${path}/slaves/${name}`)));
  return targets.every(target => target !== null) ? targets : null;
};

/** The device nodes of a btrfs: /sys/fs/btrfs/UUID/devices lists all of them, mountinfo names one. */
const btrfsDevices = async (guest: Guest, node: Path): Promise<Path[]> => {
  const name = node.slice(node.lastIndexOf('/') + 1);
  for (const uuid of await guest.list('/sys/fs/btrfs')) {
    const members = await guest.list(`/sys/fs/btrfs/${uuid}/devices`);
    if (members.includes(name)) return members.map(member => `/sys/class/block/${member}`);
  }
  return [`/sys/class/block/${name}`];
};

/** Where sysfs shows the devices of the mount; empty when it does not. */
export const blockDevicesOf = async (guest: Guest, mount: Mount): Promise<Path[]> => {
  const node = mount.source.startsWith('/dev/') ? await guest.resolve(mount.source) : null;
  let links = [`/sys/dev/block/${mount.device}`];
  if (mount.device.startsWith('0:')) links = node === null ? [] : await btrfsDevices(guest, node);
  const paths = await Promise.all(links.map(link => guest.resolve(link)));
  const there = await Promise.all(paths.map(async path => (path !== null && (await guest.stat(path)) ? path : null)));
  return there.every(path => path !== null) ? there : [];
};

/** More than LVM on LUKS on RAID on partitions has by far; a folder that was tampered with may be endless. */
const MAX_DEVICES = 256;

/** Names of the disks at the bottom, `vda`; none where a link leads nowhere. */
export const disksUnder = async (guest: Guest, start: readonly Path[]): Promise<string[]> => {
  const [todo, seen, disks] = [[...start], new Set<Path>(), new Set<string>()];
  for (let path = todo.shift(); path !== undefined && seen.size < MAX_DEVICES; path = todo.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const lower = await below(guest, path);
    todo.push(...(lower ?? []));
    if (lower?.length === 0) disks.add(path.slice(path.lastIndexOf('/') + 1));
  }
  return [...disks];
};
