import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** The kernel knows the hypervisor's own clock. */
export const clock: Requirement = {
  id: 'clock',
  title: 'the kernel knows the hypervisor’s clock',
  reference: 'https://docs.kernel.org/virt/kvm/x86/timekeeping.html',
  of: 'target',
  async look({ first }) {
    return target => {
      if (target.clock === null) return ok('the processor’s time stamp counter serves there');
      const { source, symbol } = target.clock;
      if (first === null) return missing(prepareNotice('image-no-kernel', '/boot'));
      if (first.config === null) return unknown(prepareNotice('image-config', first.release, `CONFIG_${symbol}`));
      if (first.config.has(symbol)) return ok(source);
      return missing(prepareNotice('image-clock', first.release, `CONFIG_${symbol} (${source})`));
    };
  },
};
