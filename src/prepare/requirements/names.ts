import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok } from '../finding.ts';
import { diskNames, type NamedDisk } from '../names.ts';
import type { Requirement } from '../requirement.ts';

const told = ({ where, name }: NamedDisk): string => `${where}: ${name}`;

/** Root, swap and everything the boot waits for is found whatever the disk is called. */
export const names: Requirement = {
  id: 'names',
  title: 'root, swap and mounts are named by UUID, LABEL or volume',
  reference: 'https://www.freedesktop.org/software/systemd/man/latest/fstab.html',
  of: 'target',
  async look(image) {
    const found = await diskNames(image);
    return ({ disk }) => {
      const other = found.filter(({ family }) => family !== disk.name);
      if (other.length > 0) {
        const vital = other.some(({ awaited }) => awaited);
        return missing(prepareNotice('image-names', other[0]?.file ?? '', other.map(told).join('; ')), vital);
      }
      if (found.length === 0) return ok('nothing depends on what the disk is called');
      return ok(`disks are called ${disk.name}… there, too: ${found.map(told).join('; ')}`);
    };
  },
};
