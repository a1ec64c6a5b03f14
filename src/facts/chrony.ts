import type { Guest } from '../guest/guest.ts';

const FOLDERS = ['/usr/lib/systemd/system', '/lib/systemd/system'];
/** Debian's name, and everybody else's. */
const UNITS = ['chrony.service', 'chronyd.service'];

/** The unit that starts chronyd; null where there is none. */
export const chronyUnit = async (guest: Guest): Promise<string | null> => {
  for (const unit of UNITS) {
    for (const folder of FOLDERS) if ((await guest.stat(`${folder}/${unit}`)) !== null) return unit;
  }
  return null;
};
