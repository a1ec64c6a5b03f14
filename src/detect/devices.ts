/** Every device that a driver could be wanted for: those with a modalias, on any bus. A guest has one or two hundred. */
import type { Guest, Path } from '../guest/guest.ts';
import { above, type Provided, provided } from './ancestry.ts';
import type { Device } from './device.ts';
import { classOf } from './device-class.ts';

/** Buses of the kernel's own bookkeeping: many entries, and none for which a module could be missing at boot. */
const bookkeeping = new Set([
  'clockevents',
  'clocksource',
  'container',
  'cpu',
  'event_source',
  'faux',
  'machinecheck',
  'memory',
  'memory_tiering',
  'node',
  'workqueue',
]);

/** More is no machine but a folder that somebody filled. */
const MAX_DEVICES = 4096;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const deviceAt = async (guest: Guest, bus: string, id: string): Promise<Device | null> => {
  const folder = `/sys/bus/${bus}/devices/${id}`;
  const modalias = await guest.text(`${folder}/modalias`);
  if (!modalias) return null;
  const driver = await guest.link(`${folder}/driver`);
  return { bus, id, modalias, driver: driver && nameOf(driver), class: classOf(modalias), provides: [] };
};

/** The things below each folder of sysfs, by the folder's real path. */
const byFolder = (things: Provided[]): Map<Path, Provided[]> => {
  const below = new Map<Path, Provided[]>();
  for (const thing of things) {
    for (const folder of new Set(thing.paths.flatMap(above))) below.set(folder, [...(below.get(folder) ?? []), thing]);
  }
  return below;
};

/**
 * A driver of unclear kind that carries a disk or an interface stands for it: virtio-mmio, USB host controllers.
 * Bridges pass through what is below them without any driver.
 */
const classWith = (device: Device, things: Provided[]): Device['class'] => {
  if (device.class !== 'other' || device.driver === null || /^pci:.*bc06/.test(device.modalias)) return device.class;
  if (things.some(({ kind }) => kind === 'block')) return 'storage';
  return things.length > 0 ? 'network' : 'other';
};

/** The inventory, sorted by bus and id. Reads one file and one link for each device; two more links where something hangs on it. */
export const devices = async (guest: Guest): Promise<Device[]> => {
  const found: Device[] = [];
  const below = byFolder(await provided(guest));
  // Only a device whose name occurs in one of these paths can provide anything: the others are not resolved.
  const names = new Set([...below.keys()].map(nameOf));
  for (const bus of (await guest.list('/sys/bus')).filter(name => !bookkeeping.has(name))) {
    for (const id of await guest.list(`/sys/bus/${bus}/devices`)) {
      if (found.length >= MAX_DEVICES) return found;
      const device = await deviceAt(guest, bus, id);
      if (device === null) continue;
      const path = names.has(id) ? await guest.resolve(`/sys/bus/${bus}/devices/${id}`) : null;
      const things = (path && below.get(path)) || [];
      found.push({ ...device, class: classWith(device, things), provides: things.map(({ name }) => name) });
    }
  }
  return found;
};

/** Which hardware is bound to which driver, without numbers that change from boot to boot: one line a device, for the fingerprint. */
export const boundDevices = (inventory: readonly Device[]): string =>
  inventory
    .filter(({ driver }) => driver !== null)
    .map(({ bus, modalias, driver }) => `${bus}:${modalias}:${driver}`)
    .sort()
    .join('\n');
