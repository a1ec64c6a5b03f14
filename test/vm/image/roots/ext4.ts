import { execa } from 'execa';
import { partitions, rootUuid } from '../layout.ts';
import type { Root } from './root.ts';

const { number, start, size } = partitions.root;

/**
 * The tables are zeroed here rather than by a kernel thread in each guest. Switched off are the features that GRUB 2.06 and
 * syslinux cannot read.
 * @param offset bytes from the start of the image @param room bytes
 */
export async function makeExt4(
  image: string,
  tree: string,
  offset: number,
  room: number,
  { label, uuid } = { label: 'root', uuid: rootUuid as string },
): Promise<void> {
  const extended = `offset=${offset},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0`;
  const options = ['-q', '-F', '-L', label, '-U', uuid, '-E', extended];
  const features = ['-O', '^orphan_file,^metadata_csum_seed,^metadata_csum,^64bit'];
  await execa('mkfs.ext4', [...options, ...features, '-d', tree, image, `${Math.floor(room / 1024)}k`]);
}

export const ext4: Root = {
  packages: ['e2fsprogs'],
  device: `/dev/vda${number}`,
  fs: 'ext2',
  abstraction: '',
  drive: `hd0,gpt${number}`,
  type: 'ext4',
  modules: 'ext2',
  ext4At: 0,
  write: (image, tree) => makeExt4(image, tree, start, size),
};
