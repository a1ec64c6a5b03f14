/**
 * A file put into the image or onto its disk before the first boot: for platforms that hand over nothing, for tests, and for
 * whoever builds machines from a template. It is asked last: what the platform says wins. Kept at 0600, it stays until
 * somebody removes it.
 */
import { EnlightenError } from '../../errors.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { largestDocument } from '../limits.ts';
import { asDocument, nothing } from './pieces.ts';
import type { Transport } from './transport.ts';

const path = '/var/lib/enlighten/seed/ovf-env.xml';

export const seed: Transport = {
  name: 'seed',

  async fetch(guest) {
    try {
      const document = await guest.read(path, largestDocument);
      return document === null ? nothing : asDocument('seed', path, document);
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return error.code === 'too-large'
        ? { found: null, notices: [environmentNotice('environment-too-large', path, `${largestDocument} bytes`)] }
        : { found: null, notices: [environmentNotice('environment-unreadable', path, error.message)] };
    }
  },

  async scrub(guest) {
    try {
      await guest.remove(path);
      return true;
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return false;
    }
  },
};
