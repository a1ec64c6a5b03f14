/** The disks, and what can be tuned about them. */
import { above, pathsOf } from '../detect/ancestry.ts';
import type { Guest, Path } from '../guest/guest.ts';
import type { BlockDevice } from './facts.ts';

/** Memory that poses as a disk, and disks that are files. */
const NOT_DISKS = /^(loop|ram|zram)\d+$/;
const MAX_DEVICES = 1024;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * The driver of the nearest device that is no SCSI target: `sd` and `sr` drive what lies on a bus, the controller's driver
 * is the one that differs between hypervisors.
 */
const controllerDriver = async (guest: Guest, paths: Path[]): Promise<string | null> => {
  for (const folder of paths.flatMap(above)) {
    const driver = await guest.link(`${folder}/driver`);
    if (driver === null) continue;
    const subsystem = await guest.link(`${folder}/subsystem`);
    if (subsystem === null || nameOf(subsystem) !== 'scsi') return nameOf(driver);
  }
  return null;
};

/** `[none] mq-deadline kyber`, the chosen one in brackets. */
const schedulersIn = (text: string): string[] => text.split(/\s+/).flatMap(word => word.replaceAll(/[[\]]/g, '') || []);

const flag = async (guest: Guest, path: Path): Promise<boolean> => (await guest.text(path)) === '1';

/** Sorted by name; without loop devices and RAM disks. CD drives are among them. */
export const blockDevices = async (guest: Guest): Promise<BlockDevice[]> => {
  const names = (await guest.list('/sys/block')).filter(name => !NOT_DISKS.test(name)).slice(0, MAX_DEVICES);
  const found: BlockDevice[] = [];
  for (const name of names) {
    const folder = `/sys/block/${name}`;
    found.push({
      name,
      driver: await controllerDriver(guest, await pathsOf(guest, folder)),
      schedulers: schedulersIn((await guest.text(`${folder}/queue/scheduler`)) ?? ''),
      rotational: await flag(guest, `${folder}/queue/rotational`),
      readOnly: await flag(guest, `${folder}/ro`),
    });
  }
  return found;
};
