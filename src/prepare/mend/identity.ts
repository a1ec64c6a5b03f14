import type { WritableGuest } from '../../guest/guest.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import type { ImageStep } from '../../profiles/step.ts';
import { type IdentityFile, identityFiles } from '../identity/find.ts';
import type { Mends } from './mends.ts';

const stepFor = ({ row, path }: IdentityFile): ImageStep => ({
  id: `image:${path}`,
  kind: 'image',
  path,
  ...(row.treatment === 'empty'
    ? { make: { text: '' }, desired: 'empty' }
    : { make: { absent: true }, desired: 'absent' }),
  reason: `${row.what}: ${row.why}.`,
  reference: row.reference,
  lasts: 'persistent',
});

/** @param whole also what is left alone unless somebody asks */
export const planIdentity = async (guest: WritableGuest, whole: boolean): Promise<Mends> => {
  const files = await identityFiles(guest);
  const mine = ({ row }: IdentityFile) => row.treatment !== 'person' && (whole || row.onRequest !== true);
  return {
    steps: files.filter(mine).map(stepFor),
    programs: [],
    left: files
      .filter(file => !mine(file))
      .map(({ row, path }) =>
        prepareNotice(row.treatment === 'person' ? 'mend-person' : 'mend-request', path, `${row.what}: ${row.why}`),
      ),
  };
};
