import { rm, truncate, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { partitions, rootUuid } from '../layout.ts';
import type { Root } from './root.ts';

const { number, start, size } = partitions.root;

export const btrfs: Root = {
  packages: ['btrfs-progs'],
  device: `/dev/vda${number}`,
  fs: 'btrfs',
  abstraction: '',
  drive: `hd0,gpt${number}`,
  type: 'btrfs',
  modules: 'btrfs',
  ext4At: null,

  /** mkfs.btrfs knows no offset: the file system is made in a file of its own, and copied without its holes. */
  async write(image, tree) {
    const alone = `${image}.btrfs`;
    await writeFile(alone, '');
    await truncate(alone, size);
    await execa('mkfs.btrfs', ['--quiet', '--force', '--label', 'root', '--uuid', rootUuid, '--rootdir', tree, alone]);
    await execa('dd', [`if=${alone}`, `of=${image}`, 'bs=1M', `seek=${start / 1024 / 1024}`, 'conv=notrunc,sparse']);
    await rm(alone);
  },
};
