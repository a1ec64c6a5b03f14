import { execa } from 'execa';
import { partitions } from '../layout.ts';
import { withLoop } from '../loop.ts';
import { makeExt4 } from './ext4.ts';
import type { Root } from './root.ts';

const { start, size } = partitions.root;
/** Where LVM puts the first extent, if nobody says otherwise; and the extents' size. */
const MiB = 1024 * 1024;
const firstExtent = 1 * MiB;
const extent = 4 * MiB;

/** The whole partition is one linear volume, so its bytes lie in their order from the first extent on. */
export const lvm: Root = {
  packages: ['e2fsprogs', 'lvm2'],
  device: '/dev/mapper/lab-root',
  fs: 'ext2',
  abstraction: 'lvm',
  drive: 'lvm/lab-root',
  type: 'ext4',
  modules: 'lvm ext2',
  ext4At: firstExtent,

  async write(image, tree) {
    await withLoop(image, start, size, async device => {
      // Only metadata is written: the machine that builds the image need not have a device mapper.
      const only = `devices { use_devicesfile=0 filter=["a|^${device}$|","r|.*|"] } backup { backup=0 archive=0 }`;
      const run = (command: string, ...rest: string[]) =>
        execa('lvm', [command, '--driverloaded', 'n', '--config', only, '--yes', ...rest]);
      await run('pvcreate', device);
      await run('vgcreate', '--physicalextentsize', `${extent}b`, 'lab', device);
      await run('lvcreate', '-an', '-Zn', '-Wn', '--extents', '100%FREE', '--name', 'root', 'lab');
    });
    const room = Math.floor((size - firstExtent) / extent) * extent;
    await makeExt4(image, tree, start + firstExtent, room);
  },
};
