import { prepareNotice } from '../../notices/prepare.ts';
import { fares } from '../drivers.ts';
import { judgedByFirst } from '../first.ts';
import type { Requirement } from '../requirement.ts';

/** Each kernel that may boot has the network card's driver; it may lie on the root file system. */
export const nic: Requirement = {
  id: 'nic',
  title: 'the kernel has the driver of the network card',
  reference: 'https://docs.kernel.org/networking/device_drivers/index.html',
  of: 'target',
  async look({ kernels, first }) {
    return target => {
      const each = kernels.map(kernel => fares(kernel, target.nic.chain, 'modules'));
      return judgedByFirst(first, each, target.nic.title, (release, lacks) =>
        prepareNotice('image-nic', release, lacks),
      );
    };
  },
};
