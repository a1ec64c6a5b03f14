import { noticesOf } from './notice.ts';

const KEEP = 'The running kernel stays; nothing was changed.';

/** Why another kernel is not tried: the Notices of src/kernel. */
export const kernelNotice = noticesOf({
  'proof-out-of-time': {
    happened: 'there was not enough time to prove that it boots here ({}).',
    remedy: `${KEEP} It is looked at again at the next boot.`,
  },
  'proof-failed': {
    happened: 'a check could not be made: {}.',
    remedy: `${KEEP} Repair what could not be read.`,
  },
  'modules-incomplete': {
    happened: 'its module tables cannot be used: {}.',
    remedy: 'Run `depmod -a` for this release, or install its package again.',
  },
  'driver-missing': {
    happened: 'the kernel {} has no driver for it.',
    remedy: 'Keep the running kernel, or give the machine a device this kernel knows.',
  },
  'root-untraceable': {
    happened: 'what the root file system lies on cannot be followed down to a driver: {}.',
    remedy: `${KEEP} Only local disks, device mapper and md can be proven.`,
  },
  'root-driver-missing': {
    happened: 'the root file system needs it, and the kernel {} has no such driver.',
    remedy: 'Keep the running kernel, or move the root disk to a controller this kernel knows.',
  },
  'root-module-not-in-initramfs': {
    happened: 'it lacks {}, without which the root file system cannot be mounted.',
    remedy: 'Rebuild it with all drivers (Debian: MODULES=most and `update-initramfs -u`; dracut: `--no-hostonly`).',
  },
  'initramfs-missing': {
    happened: 'the file is not there or cannot be opened.',
    remedy: 'Build it: `update-initramfs -c -k RELEASE`, or `dracut`.',
  },
  'initramfs-compression': {
    happened: 'it is compressed with {}, which cannot be read here.',
    remedy:
      'Compress it with zstd or gzip (Debian: COMPRESS=zstd in /etc/initramfs-tools/initramfs.conf) and rebuild it.',
  },
  'initramfs-damaged': {
    happened: 'it is damaged: {}.',
    remedy: 'Rebuild it: `update-initramfs -u -k RELEASE`, or `dracut -f`.',
  },
  'initramfs-too-large': {
    happened: 'it is larger than can be checked: {}.',
    remedy: 'Rebuild it with fewer files.',
  },
  'initramfs-differs': {
    happened: 'its module {} is not the one under /lib/modules.',
    remedy: 'Rebuild it: `update-initramfs -u -k RELEASE`, or `dracut -f`.',
  },
  'initramfs-no-builder': {
    happened: 'none can be built for it: no mkinitramfs, dracut, mkinitfs or mkinitcpio is installed.',
    remedy: 'Install the tool this distribution makes its initramfs with.',
  },
  'initramfs-build-failed': {
    happened: 'no initramfs could be built for it: {}.',
    remedy:
      'The one there is stays. Mend the cause, remove /var/lib/enlighten/initramfs.json, then `enlighten apply` builds it again.',
  },
  'initramfs-outdated': {
    happened: 'is the default, and no longer fits: it is gone, or the vendor’s beside it is another one now.',
    remedy: '`enlighten undo --step kernel`, then `enlighten apply` builds another and tries it.',
  },
  'initramfs-still-lacks': {
    happened: 'was asked for {} and left it out; what it built was thrown away.',
    remedy: 'See that its configuration does not omit these drivers.',
  },
  'digests-unknown': {
    happened: 'no package digests are known for {}, so its files cannot be checked.',
    remedy: `${KEEP} Only kernels of the distribution's own packages (deb, rpm, apk) can be proven.`,
  },
  'digest-differs': {
    happened: 'the file is not the one its package {} installed.',
    remedy: 'Install the package again; if the change was meant, keep the running kernel.',
  },
  'packages-unfinished': {
    happened: 'the package manager is in the middle of something: {}.',
    remedy: 'Let it finish (Debian: `dpkg --configure -a`, Alpine: `apk fix`), then try again.',
  },
  'room-short': {
    happened: 'too little space is free: {}.',
    remedy: 'Free some space there.',
  },
  'hibernation-image': {
    happened:
      'it holds the memory image of a hibernated system, which another kernel would destroy or be destroyed by.',
    remedy: 'Resume and shut down properly, or run `mkswap` on it.',
  },
  'passphrase-needed': {
    happened: 'the root disk is unlocked by a person: {}.',
    remedy: `${KEEP} A trial nobody can unlock would only be rolled back.`,
  },
  'secure-boot-unsigned': {
    happened: 'Secure Boot is on and the image carries no signature.',
    remedy: 'Install a signed kernel image, or turn Secure Boot off.',
  },
  'state-not-persistent': {
    happened: 'what the agent notes there does not survive a reboot: {}.',
    remedy: 'Put /var/lib/enlighten on a writable disk.',
  },
  'immutable-root': {
    happened: 'this is an immutable system ({}); its kernel belongs to its image.',
    remedy: 'Choose the kernel when the image is built. The agent only plans here.',
  },
});
