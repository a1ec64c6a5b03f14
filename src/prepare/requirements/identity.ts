import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok } from '../finding.ts';
import { identityFiles } from '../identity/find.ts';
import type { Requirement } from '../requirement.ts';

/** Nothing in the image says which machine it is. */
export const identity: Requirement = {
  id: 'identity',
  title: 'the image is nobody’s: no machine-id, keys, leases, MAC addresses',
  reference: 'https://systemd.io/BUILDING_IMAGES',
  of: 'image',
  async look({ guest }) {
    const files = await identityFiles(guest);
    return () => {
      const [first] = files;
      if (first === undefined) return ok('nothing says which machine it is');
      const whats = [...new Set(files.map(({ row }) => row.what))].map(what => {
        const paths = files.filter(({ row }) => row.what === what).map(({ path }) => path);
        return `${what} (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''})`;
      });
      return missing(prepareNotice('image-identity', 'the image', whats.join('; ')));
    };
  },
};
