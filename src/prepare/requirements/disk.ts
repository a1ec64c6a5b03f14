import { prepareNotice } from '../../notices/prepare.ts';
import { fares } from '../drivers.ts';
import { judgedByFirst } from '../first.ts';
import type { Requirement } from '../requirement.ts';
import { rootCode } from '../root.ts';

/** Each kernel that may boot reaches the disk, and the root file system on it, with what its initramfs holds. */
export const disk: Requirement = {
  id: 'disk',
  title: 'the initramfs holds the drivers of the boot disk, and what the root lies on',
  reference: 'https://docs.kernel.org/admin-guide/initrd.html',
  of: 'target',
  async look({ guest, kernels, first, fstab, entry }) {
    const code = await rootCode(guest, fstab, entry?.args ?? '');
    return target => {
      const each = kernels.map(kernel => fares(kernel, target.disk.chain, 'initramfs', code));
      return judgedByFirst(first, each, target.disk.title, (release, lacks) =>
        prepareNotice('image-disk', release, lacks),
      );
    };
  },
};
