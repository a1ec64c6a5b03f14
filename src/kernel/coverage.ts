/** Does a kernel have drivers for the devices this machine uses? */
import type { Device } from '../detect/device.ts';
import type { ModuleDatabase } from './modules.ts';

export interface Coverage {
  /** In use, for storage or network or by the environment, and the kernel has no driver: it must not be booted here. */
  missing: Device[];
  /** Other devices that lose their driver: worth knowing, no obstacle. */
  lost: Device[];
}

/** A driver in use. */
export type Bound = Pick<Device, 'modalias'> & { driver: string };

/** Drivers that call themselves otherwise than their modules. */
const MODULES: Record<string, string> = { vbd: 'xen_blkfront', vif: 'xen_netfront', sd: 'sd_mod', sr: 'sr_mod' };

const moduleOf = (driver: string): string => MODULES[driver] ?? driver.replaceAll('-', '_');

/**
 * Modules of the target that drive the device. Where the running kernel's own tables say that the bound driver is the module
 * of that name, it must be that module: another one that also claims the device (pata_acpi beside ata_piix) is no promise.
 * What is compiled in publishes no aliases of its table of devices (scripts/mod/file2alias.c writes them for files; Debian's cloud kernel
 * has nvme so): there the same driver is the promise.
 */
export const driversFor = (device: Bound, target: ModuleDatabase, running: ModuleDatabase | null): string[] => {
  const bound = moduleOf(device.driver);
  const candidates = target.matching(device.modalias);
  const known = running?.matching(device.modalias).includes(bound) ?? false;
  const listed = known ? candidates.filter(name => name === bound) : candidates;
  if (listed.length > 0) return listed;
  return (known || running?.builtin(bound)) && target.builtin(bound) ? [bound] : [];
};

/**
 * Drivers such as serial8250 or pcieport are compiled in and publish no aliases, so no table tells whether the target has them.
 * True where the running kernel's tables, for a driver that plainly works, are silent too.
 */
export const unlisted = (device: Bound, running: ModuleDatabase | null): boolean =>
  running !== null && running.matching(device.modalias).length === 0;

const vital = (device: Device, inUse: readonly string[]): boolean =>
  device.class !== 'other' ||
  [device.id, device.driver, ...device.provides].some(name => name !== null && inUse.includes(name));

/**
 * @param devices the inventory of this machine; those without a driver are not in use
 * @param running the running kernel's tables; null when they are not there
 * @param inUse ids, drivers or names (`sr0`) of further devices that count as in use: where the environment was read
 */
export const coverage = (
  devices: readonly Device[],
  target: ModuleDatabase,
  running: ModuleDatabase | null,
  inUse: readonly string[],
): Coverage => {
  const found: Coverage = { missing: [], lost: [] };
  for (const device of devices) {
    const { driver, modalias } = device;
    if (driver === null || modalias === '') continue;
    const bound = { modalias, driver };
    if (driversFor(bound, target, running).length > 0) continue;
    if (vital(device, inUse)) found.missing.push(device);
    else if (!unlisted(bound, running)) found.lost.push(device);
  }
  return found;
};
