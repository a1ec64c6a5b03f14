import type { Guest } from '../../guest/guest.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok } from '../finding.ts';
import type { Requirement } from '../requirement.ts';
import { type GuestTools, tools as known } from '../tools.ts';

const installed = async (guest: Guest): Promise<ReadonlySet<GuestTools>> => {
  const found = await Promise.all(
    Object.values<GuestTools>(known).map(async one => {
      const programs = await Promise.all(one.programs.map(path => guest.stat(path)));
      return programs.some(stat => stat !== null) ? [one] : [];
    }),
  );
  return new Set(found.flat());
};

/** The host can shut the guest down, see its addresses, freeze its file systems. */
export const tools: Requirement = {
  id: 'tools',
  title: 'the hypervisor’s guest tools are installed',
  reference: 'https://wiki.debian.org/VirtualMachine',
  of: 'target',
  async look({ guest }) {
    const there = await installed(guest);
    return target => {
      const [lacks] = target.tools.filter(one => !there.has(one));
      if (lacks === undefined) return ok(target.tools.map(({ title }) => title).join(', '));
      return missing(prepareNotice('image-tools', 'the image', `${lacks.title}, package ${lacks.package}`));
    };
  },
};
