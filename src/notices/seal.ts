import { noticesOf } from './notice.ts';

export const sealNotice = noticesOf({
  'seal-no-universal': {
    happened: 'holds no kernel of the distribution’s universal flavour, with modules and initramfs.',
    remedy: 'Install it (Debian: linux-image-amd64): it is what boots where nothing else does.',
  },
});
