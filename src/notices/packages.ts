import { noticesOf } from './notice.ts';

/** Packages: the offline cache, the disc, and the work after the boot. */
export const packageNotice = noticesOf({
  'package-unreadable': {
    happened: 'this is no package that can be read; it is ignored.',
    remedy: 'Put a whole .deb, .rpm or .apk (version 2) there, or remove the file.',
  },
  'packages-too-many': {
    happened: 'there are {} package files; only the first 64 by name are looked at.',
    remedy: 'Remove those the appliance does not need.',
  },
  'packages-room': {
    happened: 'there is not enough room to install it: {}.',
    remedy: 'Free some space there; it is tried again at the next boot.',
  },
  'packages-not-ours': {
    happened: 'the package manager is in the middle of something that the agent has not begun: {}.',
    remedy: 'Finish it (Debian: `dpkg --configure -a`); the agent waits.',
  },
  'packages-failed': {
    happened: 'the package manager did not do it: {}.',
    remedy: '`journalctl -u enlighten-background` shows what it said; it is tried again at the next boot.',
  },
  'packages-default-moved': {
    happened: 'after the installation the boot loader would start {} by itself.',
    remedy: 'Look at its configuration before the next reboot; `enlighten status` shows which kernel the agent means.',
  },
  'packages-disc': {
    happened: 'the packages on the disc were ignored: {}.',
    remedy: 'Deliver the disc again, with enlighten.packages.sha256 of its SHA256SUMS.',
  },
});
