import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** There is a kernel to fall back to wherever the image is moved. */
export const universal: Requirement = {
  id: 'universal',
  title: 'a kernel with drivers for every machine is installed',
  reference: 'https://kernel-team.pages.debian.net/kernel-handbook/ch-packaging.html',
  of: 'image',
  async look({ kernels }) {
    return () => {
      const found = kernels.find(kernel => kernel.universal && kernel.initramfs !== null);
      if (found !== undefined) return ok(found.release);
      return missing(prepareNotice('image-no-universal', kernels[0]?.release ?? '/boot'));
    };
  },
};
