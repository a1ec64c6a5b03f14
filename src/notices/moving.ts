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
  'address-ambiguous': {
    happened: 'the network is configured for this interface, which is not there, and it could be any of {}.',
    remedy: 'Configure the network by MAC address, or let the OVF environment name the networks of the adapters.',
  },
  'address-no-card': {
    happened:
      'the network is configured for this interface, which is not there, and none of the {} cards is free for it.',
    remedy: 'Give the machine another card, or remove the configuration.',
  },
  'address-kernel-name': {
    happened: 'the network is configured for a name the kernel gives out by itself, and there are several cards.',
    remedy: 'Use names of your own (`lan0`, `wan0`) or MAC addresses in the network configuration.',
  },
  'address-by-mac': {
    happened: 'the network is configured for the card with the MAC address {}, which is not there.',
    remedy: 'Configure it by name, or for the MAC address of a card of this machine.',
  },
  'address-no-udev': {
    happened: 'systemd-udevd, which could give the card the name the network is configured for, is not there.',
    remedy: 'Rename the card by other means, or configure the network for the name it has.',
  },
  'device-name-generated': {
    happened: 'GRUB_DISABLE_LINUX_UUID makes the next `update-grub` write device names again.',
    remedy: 'Remove that line, then run `update-grub`.',
  },
});
