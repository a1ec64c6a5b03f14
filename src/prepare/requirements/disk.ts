import { prepareNotice } from '../../notices/prepare.ts';
import { fares } from '../drivers.ts';
import { judgedByFirst } from '../first.ts';
import type { Requirement } from '../requirement.ts';

/** Each kernel that may boot reaches the disk with what its initramfs holds. */
export const disk: Requirement = {
  id: 'disk',
  title: 'the initramfs holds the drivers of the boot disk',
  reference: 'https://docs.kernel.org/admin-guide/initrd.html',
  of: 'target',
  async look({ kernels, first, fstab }) {
    const type = fstab.find(({ point }) => point === '/')?.type ?? 'auto';
    const fileSystem = type === 'auto' ? null : type;
    return target => {
      const each = kernels.map(kernel => fares(kernel, target.disk.chain, 'initramfs', fileSystem));
      return judgedByFirst(first, each, target.disk.title, (release, lacks) =>
        prepareNotice('image-disk', release, lacks),
      );
    };
  },
};
