/** What a vendor does who has one kernel for every machine, and an initramfs for one. Shell lines for `prepare` of an image. */

/** As on Fedora: the swap is the initramfs alone. */
export const oneKernel = 'dpkg --purge $(dpkg-query --show "linux-image-*cloud-amd64" | cut --fields=1)';

const below = (folder: string, names: string): string[] => names.split(' ').map(name => `${folder}/${name}`);

/** Drivers and file systems that these machines do not have. */
const foreign = [
  'sound',
  ...below('net', 'bluetooth ieee802154 mac80211 mac802154 wireless'),
  ...below('drivers', 'ata/[ps]ata_* bluetooth bus/mhi firewire gpu hid iio infiniband media message mmc usb'),
  ...below('drivers', 'net/[!ehnv]* net/hamradio net/hippi net/ethernet/[!i]* net/ethernet/intel/[!e]* scsi/[!hsv]*'),
  ...below(
    'fs',
    '9p afs btrfs ceph cifs f2fs gfs2 jffs2 jfs nfs nfsd nilfs2 ntfs ntfs3 ocfs2 orangefs reiserfs smb ubifs udf xfs',
  ),
];

/**
 * A kernel with the drivers of virtual machines, as the package manager knows it too: an initramfs of Debian's 700 modules takes an emulated
 * processor 25 minutes, two starts of modprobe for each.
 */
export const slim = [
  'for release in $(ls /lib/modules); do',
  `  (cd /lib/modules/$release/kernel && rm -rf ${foreign.join(' ')})`,
  '  depmod $release',
  '  sums=/var/lib/dpkg/info/linux-image-$release.md5sums',
  '  while read -r sum file; do [ ! -e "/$file" ] || echo "$sum  $file"; done < $sums > $sums.new',
  '  mv $sums.new $sums',
  'done',
].join('\n');

const drivers = ['virtio_pci', 'virtio_blk', 'ext4', 'crc32c_generic'];

/**
 * Only the drivers of this very machine: in a chroot neither tool could find out itself which they are. dracut's module `qemu` would add
 * those of the machine that builds it, where that is a virtual one, too.
 */
export const hostOnly = {
  'initramfs-tools': [
    'echo MODULES=list > /etc/initramfs-tools/conf.d/driver-policy',
    `printf '%s\\n' ${drivers.join(' ')} >> /etc/initramfs-tools/modules`,
    'update-initramfs -u',
  ].join('\n'),
  dracut: [
    `for release in $(ls /lib/modules); do`,
    `  dracut --quiet --force --hostonly --no-hostonly-cmdline --omit 'qemu qemu-net' --drivers '${drivers.join(' ')}' /boot/initrd.img-$release $release`,
    'done',
  ].join('\n'),
};
