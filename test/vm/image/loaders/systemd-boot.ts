import { rootUuid } from '../layout.ts';
import type { Loader } from './loader.ts';

/** The vendor's own token: kernel-install would name entries by a machine id, which an image has none of. */
const token = 'appliance';
const efi = '/usr/lib/systemd/boot/efi/systemd-bootx64.efi';

/** systemd-boot, with Debian's own kernel-install for the entries; it boots through UEFI alone. */
export const systemdBoot: Loader = {
  packages: ['systemd-boot'],
  files: () => ({
    'etc/kernel/entry-token': `${token}\n`,
    'etc/kernel/install.conf': 'layout=bls\n',
    'etc/kernel/cmdline': `root=UUID=${rootUuid} ro console=ttyS0,115200\n`,
    'boot/efi/loader/loader.conf': 'timeout 1\nconsole-mode keep\n',
  }),
  cover: () => ({}),
  devices: () => ({}),
  script: () =>
    [
      'mkdir -p /boot/efi/EFI/BOOT /boot/efi/EFI/systemd /boot/efi/loader/entries',
      `cp ${efi} /boot/efi/EFI/BOOT/BOOTX64.EFI; cp ${efi} /boot/efi/EFI/systemd/`,
      'for release in $(ls /lib/modules); do kernel-install add $release /boot/vmlinuz-$release /boot/initrd.img-$release; done',
      // Paths of an entry are those of its partition; in a chroot /boot/efi is only a folder, and kernel-install does not know it for one.
      "sed -i 's| /boot/efi/| /|' /boot/efi/loader/entries/*.conf",
      // The vendor's default is the kernel that boots everywhere.
      `echo "default ${token}-$(ls /lib/modules | grep -v cloud | tail -n 1).conf" >> /boot/efi/loader/loader.conf`,
    ].join('\n'),
  finish: async () => undefined,
};
