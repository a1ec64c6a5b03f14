import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** The kernel starts on that kind of virtual machine at all. */
export const kernel: Requirement = {
  id: 'kernel',
  title: 'the kernel starts on that kind of machine at all',
  reference: 'https://wiki.xenproject.org/wiki/Mainline_Linux_Kernel_Configs',
  of: 'target',
  async look({ first }) {
    return ({ needs }) => {
      if (first === null) return missing(prepareNotice('image-no-kernel', '/boot'), true);
      if (needs.length === 0) return ok('it needs nothing of its own there');
      const symbols = needs.map(symbol => `CONFIG_${symbol}`).join(', ');
      if (first.config === null) return unknown(prepareNotice('image-config', first.release, symbols), true);
      const lacks = needs.filter(symbol => !first.config?.has(symbol)).map(symbol => `CONFIG_${symbol}`);
      if (lacks.length > 0) return missing(prepareNotice('image-symbol', first.release, lacks.join(', ')), true);
      return ok(`${first.release} has ${symbols}`);
    };
  },
};
