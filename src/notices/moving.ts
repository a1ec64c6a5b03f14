import { noticesOf } from './notice.ts';

const BY_HAND = 'Write its UUID (`blkid`) there by hand, or the image will not find it on another hypervisor.';

/** What stays tied to this machine; subjects are devices, files and interfaces. */
export const movingNotice = noticesOf({
  'device-name-absent': {
    happened: 'the configuration names this device, and it is not there.',
    remedy: `Remove the line if the disk is gone. ${BY_HAND}`,
  },
  'device-name-differs': {
    happened: 'the configuration names this device, and it is not what the line says: {}.',
    remedy: `Nothing was changed. ${BY_HAND}`,
  },
  'device-name-nothing': {
    happened: 'the configuration names this device, and nothing on it has a name that stays.',
    remedy: 'Give it a file system, a LUKS header or a partition table with UUIDs.',
  },
  'device-name-shared': {
    happened: 'several devices have the same UUID: {}.',
    remedy: `Give the copies a UUID of their own (\`tune2fs -U random\`, \`xfs_admin -U generate\`). ${BY_HAND}`,
  },
  'device-name-unreadable': {
    happened: 'it may name devices of this hypervisor, and cannot be read: {}.',
    remedy: 'Make it readable, or make it smaller.',
  },
  'device-name-first': {
    happened: 'its device names become UUIDs first; another kernel is tried after that.',
    remedy: 'Nothing to do: the next boot looks again.',
  },
  'device-name-generated': {
    happened: 'GRUB_DISABLE_LINUX_UUID makes the next `update-grub` write device names again.',
    remedy: 'Remove that line, then run `update-grub`.',
  },
});
