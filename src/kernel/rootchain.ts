/**
 * What the root file system lies on, from the mount down to the bus: every driver and module the initramfs needs to mount it.
 * Followed in sysfs: /sys/dev/block, `partition`, `slaves` (Documentation/ABI/stable/sysfs-block), `driver` and `modalias` links.
 */
import { dirname } from 'node:path/posix';
import type { Guest, Path } from '../guest/guest.ts';
import { kernelNotice } from '../notices/kernel.ts';
import type { Blocked } from './blocked.ts';
import { type Layer, layerOf } from './layers.ts';
import { type Mount, mountOf, mounts } from './mounts.ts';
import { below, blockDevicesOf } from './stacking.ts';

/** A device with a bound driver on the way from the disk to the root of the device tree. */
interface ChainDevice {
  /** `0000:00:04.0` */
  id: string;
  modalias: string;
  driver: string;
}

export interface RootChain {
  mount: Mount;
  /** Device mapper and md devices, from the top down. */
  layers: Layer[];
  devices: ChainDevice[];
}

/** Deeper than LVM on LUKS on RAID on partitions by far; a folder that was tampered with may be endless. */
const MAX_DEVICES = 256;

/** Drivers bound from the disk up to /sys/devices. */
const driversAbove = async (guest: Guest, disk: Path): Promise<ChainDevice[]> => {
  const found: ChainDevice[] = [];
  for (let folder = disk; folder.startsWith('/sys/devices/'); folder = dirname(folder)) {
    const [modalias, driver] = [await guest.text(`${folder}/modalias`), await guest.link(`${folder}/driver`)];
    if (modalias === null || driver === null) continue;
    found.push({
      id: folder.slice(folder.lastIndexOf('/') + 1),
      modalias,
      driver: driver.slice(driver.lastIndexOf('/') + 1),
    });
  }
  return found;
};

/** With native multipath an NVMe disk hangs below a virtual subsystem, which links to its controllers. */
const hardwareOf = async (guest: Guest, disk: Path): Promise<Path[]> => {
  const subsystem = /^\/sys\/devices\/virtual\/nvme-subsystem\/[^/]+/.exec(disk)?.[0];
  if (subsystem === undefined) return [disk];
  const controllers = (await guest.list(subsystem)).filter(name => /^nvme\d+$/.test(name));
  const paths = await Promise.all(controllers.map(name => guest.resolve(`${subsystem}/${name}`)));
  return paths.filter(path => path !== null);
};

interface Descent {
  layers: Layer[];
  devices: ChainDevice[];
  /** The first thing that leads nowhere. */
  untraceable: Path | null;
}

/** Walks down through partitions and slaves to the drivers. */
const descend = async (guest: Guest, start: Path[]): Promise<Descent> => {
  const chain: Descent = { layers: [], devices: [], untraceable: null };
  const [todo, seen] = [[...start], new Set<Path>()];
  for (let path = todo.shift(); path !== undefined; path = todo.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const lower = await below(guest, path);
    if (lower === null || seen.size > MAX_DEVICES) return { ...chain, untraceable: path };
    const layer = await layerOf(guest, path);
    if (layer !== null) chain.layers.push(layer);
    todo.push(...lower);
    if (lower.length > 0) continue;
    const devices = (await Promise.all((await hardwareOf(guest, path)).map(disk => driversAbove(guest, disk)))).flat();
    if (devices.length === 0) chain.untraceable ??= path;
    chain.devices.push(...devices);
  }
  return chain;
};

export const rootChain = async (guest: Guest): Promise<RootChain | Blocked> => {
  const untraceable = (why: string) => ({ blocked: kernelNotice('root-untraceable', '/', why) });
  const mount = mountOf(await mounts(guest), '/');
  if (mount === null) return untraceable('/proc/self/mountinfo does not tell what is mounted there');
  const start = await blockDevicesOf(guest, mount);
  if (start.length === 0) return untraceable(`${mount.type} on ${mount.source} has no block device`);
  const chain = await descend(guest, start);
  if (chain.untraceable !== null) return untraceable(`${chain.untraceable} has no driver`);
  if (chain.devices.length === 0) return untraceable(`${start.join(', ')} has no driver`);
  return { mount, layers: chain.layers, devices: chain.devices };
};
