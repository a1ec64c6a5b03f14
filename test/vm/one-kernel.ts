/** What a vendor does who has one kernel for every machine, and an initramfs for one. Shell lines for `prepare` of an image. */

/** As on Fedora: the swap is the initramfs alone. */
export const oneKernel = 'dpkg --purge $(dpkg-query --show "linux-image-*cloud-amd64" | cut --fields=1)';

const hardware = [
  'sound',
  ...['net/bluetooth', 'net/ieee802154', 'net/mac80211', 'net/mac802154', 'net/wireless'],
  ...['bluetooth', 'bus/mhi', 'firewire', 'gpu', 'hid', 'iio', 'infiniband', 'media', 'mmc', 'usb'].map(
    name => `drivers/${name}`,
  ),
  ...['can', 'ethernet/[!i]*', 'ieee802154', 'phy', 'usb', 'wireless', 'wwan'].map(name => `drivers/net/${name}`),
];

/**
 * Without drivers of hardware that these machines do not have: an initramfs of 700 modules takes an emulated processor 25 minutes, two
 * starts of modprobe for each.
 */
export const slim = `cd /lib/modules && for release in *; do (cd $release/kernel && rm -rf ${hardware.join(' ')}); depmod $release; done; cd /`;

const drivers = ['virtio_pci', 'virtio_blk', 'ext4', 'crc32c_generic'];

/** Only the drivers of this very machine: in a chroot neither tool could find out itself which they are. */
export const hostOnly = {
  'initramfs-tools': [
    'echo MODULES=list > /etc/initramfs-tools/conf.d/driver-policy',
    `printf '%s\\n' ${drivers.join(' ')} >> /etc/initramfs-tools/modules`,
    'update-initramfs -u',
  ].join('\n'),
  dracut: [
    `for release in $(ls /lib/modules); do`,
    `  dracut --quiet --force --hostonly --no-hostonly-cmdline --drivers '${drivers.join(' ')}' /boot/initrd.img-$release $release`,
    'done',
  ].join('\n'),
};
