/**
 * The standard's own transport (DSP0243 §11.2): an ISO 9660 image in a CD-ROM drive with `ovf-env.xml` in its root.
 * No volume label is standardized, so every disc is looked into except those known to be somebody else's.
 */
import { openIso } from '../iso9660/disc.ts';
import { fetchFromDiscs } from './discs.ts';
import type { Transport } from './transport.ts';

/** Discs of cloud-init's ConfigDrive and NoCloud, and Azure's, which is another transport. */
const foreignLabels = /^(config-2|cidata|rd_rdfe_stable.*)$/i;

export const iso: Transport = {
  name: 'iso',
  fetch: guest =>
    fetchFromDiscs(guest, 'iso', async reader => {
      const disc = await openIso(reader);
      return disc === null || foreignLabels.test(disc.label) ? null : disc;
    }),
};
