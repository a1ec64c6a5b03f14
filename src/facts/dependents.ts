/** What would stop or be cut off without a disk or an interface: the other half of the device inventory. */

import type { Detection } from '../detect/detection.ts';
import type { Device } from '../detect/device.ts';
import type { Guest } from '../guest/guest.ts';
import { type Mount, mounts } from '../kernel/mounts.ts';
import { blockDevicesOf, disksUnder } from '../kernel/stacking.ts';
import { configuredInterfaces } from '../kernel/trial/configured-network.ts';
import { fetchEnvironment } from '../ovfenv/read.ts';
import { addresses } from './addresses.ts';
import { swapAreas } from './swap.ts';

/** `{ by: 'root', what: '/' }` */
export interface Dependent {
  by: 'root' | 'boot' | 'mount' | 'swap' | 'address' | 'configured' | 'environment';
  /** Mount point, swap area, address, `DHCP`, or where the environment document lies. */
  what: string;
}

/** Name of a disk (`vda`), an interface (`ens3`) or a driver → what depends on it. */
export type Dependents = ReadonlyMap<string, readonly Dependent[]>;

const MAX_MOUNTS = 256;
/** Interfaces in one stack; more is no machine. */
const MAX_STACK = 64;
const bootPoints = ['/boot', '/boot/efi', '/boot/firmware', '/efi'];

/** A document that lies on no drive but in QEMU's firmware configuration: drivers/firmware/qemu_fw_cfg.c. */
const FW_CFG = { folder: '/sys/firmware/qemu_fw_cfg/', driver: 'fw_cfg' };

class Collected {
  readonly map = new Map<string, Dependent[]>();

  add(names: readonly string[], by: Dependent['by'], what: string): void {
    for (const name of names) {
      const known = this.map.get(name) ?? [];
      if (known.some(one => one.by === by && one.what === what)) continue;
      this.map.set(name, [...known, { by, what }]);
    }
  }
}

const roleOf = (point: string): Dependent['by'] => {
  if (point === '/') return 'root';
  return bootPoints.includes(point) ? 'boot' : 'mount';
};

/** Mounts without a block device of their own (proc, tmpfs, overlay) resolve to no disk, and drop out. */
const fileSystems = async (guest: Guest, all: readonly Mount[], found: Collected): Promise<void> => {
  const seen = new Set<string>();
  for (const mount of all.slice(0, MAX_MOUNTS)) {
    // Bind mounts show the same device again; the first is where the file system itself is.
    const key = `${mount.device} ${mount.source}`;
    if (seen.has(key) && roleOf(mount.point) === 'mount') continue;
    seen.add(key);
    const disks = await disksUnder(guest, await blockDevicesOf(guest, mount));
    found.add(disks, roleOf(mount.point), mount.point);
  }
};

/**
 * The interfaces that carry another: those at the bottom of bridges, bonds and VLANs, and every one on the way that is hardware itself, as
 * Hyper-V's synthetic NIC above its virtual function. `lower_NAME` links: net/core/dev.c, netdev_adjacent_sysfs_add.
 */
const carriersOf = async (guest: Guest, name: string): Promise<string[]> => {
  const [todo, seen, carriers] = [[name], new Set<string>(), [] as string[]];
  for (let next = todo.shift(); next !== undefined && seen.size < MAX_STACK; next = todo.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const entries = await guest.list(`/sys/class/net/${next}`);
    const lower = entries.filter(entry => entry.startsWith('lower_'));
    todo.push(...lower.map(entry => entry.slice('lower_'.length)));
    if (lower.length === 0 || entries.includes('device')) carriers.push(next);
  }
  return carriers;
};

const network = async (guest: Guest, found: Collected): Promise<void> => {
  for (const [name, all] of await addresses(guest)) {
    for (const address of all) found.add(await carriersOf(guest, name), 'address', address);
  }
  for (const { name, statics } of await configuredInterfaces(guest)) {
    for (const what of statics.length > 0 ? statics : ['DHCP'])
      found.add(await carriersOf(guest, name), 'configured', what);
  }
};

const environment = async (guest: Guest, detection: Detection, found: Collected): Promise<void> => {
  const source = await guest.recall(
    'environment-source',
    '/dev',
    async () => (await fetchEnvironment(guest, detection)).found?.source ?? null,
  );
  if (source === null) return;
  const drive = /^\/dev\/([^/:]+)/.exec(source)?.[1];
  const deliverer = source.startsWith(FW_CFG.folder) ? FW_CFG.driver : drive;
  if (deliverer !== undefined) found.add([deliverer], 'environment', source);
};

/** Never throws for what the guest holds; a part that cannot be read depends on nothing. */
export const dependents = async (guest: Guest, detection: Detection): Promise<Dependents> => {
  const found = new Collected();
  const all = await mounts(guest).catch(() => []);
  await fileSystems(guest, all, found);
  for (const { path, disks } of await swapAreas(guest, all)) found.add(disks, 'swap', path);
  await network(guest, found);
  await environment(guest, detection, found);
  return found.map;
};

/** What depends on one device, through everything it provides. */
export const dependingOn = ({ driver, provides }: Device, all: Dependents): Dependent[] => {
  const names = [...new Set([...(driver === null ? [] : [driver]), ...provides])];
  return names.flatMap(name => all.get(name) ?? []);
};
