import type { LoaderName } from './loaders/index.ts';
import type { RootName } from './roots/index.ts';
import type { Suite } from './tree.ts';

/** What an image stands on: who boots it, what its root lies on, whose kernels and initramfs it has. */
export interface Foundation {
  suite: Suite;
  initramfs: 'initramfs-tools' | 'dracut';
  loader: LoaderName;
  root: RootName;
}

/** The ordinary appliance: Debian 12, GRUB, one ext4. */
export const plain: Foundation = { suite: 'bookworm', initramfs: 'initramfs-tools', loader: 'grub', root: 'ext4' };
