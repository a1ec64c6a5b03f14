import { isBlocked } from '../../kernel/blocked.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** Drivers that are of use there and stop nothing where they are missing. */
export const extras: Requirement = {
  id: 'extras',
  title: 'the kernel has what else is of use there',
  reference: 'https://docs.kernel.org/virt/index.html',
  of: 'target',
  async look({ first }) {
    return target => {
      if (first === null) return missing(prepareNotice('image-no-kernel', '/boot'));
      const { drivers, release } = first;
      if (isBlocked(drivers)) return unknown(prepareNotice('image-drivers-unknown', release, drivers.blocked.happened));
      const wanted = Object.entries(target.extras);
      const lacks = wanted.filter(([module]) => !drivers.builtin(module) && drivers.file(module) === null);
      if (lacks.length === 0) return ok(wanted.map(([module]) => module).join(', ') || 'nothing more is of use');
      const told = lacks.map(([module, lost]) => `${module} (${lost})`).join('; ');
      return missing(prepareNotice('image-extras', release, told));
    };
  },
};
