import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** Refusals that a boot, or `enlighten seal`, takes away: they say nothing against the image. */
const untilItBoots: readonly string[] = ['loader-mark', 'loader-unsealed', 'loader-once'];

/** The boot loader can spend a trial and return. */
export const trial: Requirement = {
  id: 'trial',
  title: 'another kernel can be tried there, and taken back',
  reference: 'https://www.gnu.org/software/grub/manual/grub/grub.html#Environment-block',
  of: 'target',
  async look({ guest, loader }) {
    const refusal = await loader.refusal(guest);
    const seen = (await guest.stat('/proc/self/mountinfo')) !== null;
    return ({ startedBy }) => {
      if (!startedBy.some(starter => starter !== 'host')) return missing(prepareNotice('image-no-return', 'the host'));
      if (refusal === null) return ok(`${loader.name} can take a trial back`);
      // What /boot lies on shows only where it is mounted; a folder has no mounts.
      const later = untilItBoots.includes(refusal.code) || (!seen && refusal.code === 'loader-block');
      if (!later) return missing(refusal);
      return unknown(prepareNotice('image-return-unknown', refusal.subject, refusal.happened));
    };
  },
};
