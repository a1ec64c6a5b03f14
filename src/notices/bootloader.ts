import { noticesOf } from './notice.ts';

/** Why no trial can be armed with this boot loader, as it is now. */
export const loaderNotice = noticesOf({
  'loader-unknown': {
    happened: 'no boot loader that can return by itself was found ({}).',
    remedy:
      'Boot this image with GRUB 2 (and a /boot/grub/grubenv), systemd-boot, or extlinux with Syslinux’s Lua (Debian: syslinux-common); or set enlighten.reboot=kexec, and every boot starts the kernel by kexec.',
  },
  'loader-block': {
    happened: 'the boot loader cannot keep its environment here: {}.',
    remedy:
      'Keep it a plain file of 1,024 bytes (GRUB: grub-editenv create; extlinux: enlighten seal) on ext4 without LVM, RAID or encryption.',
  },
  'loader-custom': {
    happened: 'is not the one this package installs ({}).',
    remedy:
      'Move your entries to another file of /etc/grub.d and reinstall ovf-enlighten, or keep the kernel as it is.',
  },
  'loader-order': {
    happened: 'does not read custom.cfg last, so another line would choose the default.',
    remedy: 'Keep /etc/grub.d/41_custom executable and run update-grub.',
  },
  'loader-include': {
    happened: 'another line would choose what boots: {}.',
    remedy: 'Let `INCLUDE enlighten.conf` be its last line, without a menu (UI); `enlighten seal` adds it.',
  },
  'loader-script': {
    happened: 'is not what `enlighten seal` put there ({}).',
    remedy: 'Run `enlighten seal` on the image again, or keep the kernel as it is.',
  },
  'loader-mark': {
    happened:
      'the boot loader has not left its mark: something else started this boot, or it is the first one since the agent wrote there ({}).',
    remedy:
      'Boot once more through the disk’s own boot loader; with a kernel given by the hypervisor the agent keeps it.',
  },
  'loader-once': {
    happened: 'an administrator chose an entry for the next boot ({}).',
    remedy: 'Nothing: the agent tries again after that boot.',
  },
  'loader-counted': {
    happened: 'something else counts boots and falls back by itself (boot_counter={}).',
    remedy: 'Let it finish (greenboot removes the counter after a good boot), or keep the kernel as it is.',
  },
  'loader-unsealed': {
    happened: 'no kernel is named as the one that boots everywhere ({}).',
    remedy: 'Run `enlighten seal` on the image.',
  },
  'loader-entry': {
    happened: 'the boot menu has no plain entry for {}.',
    remedy: 'Run update-grub; entries whose arguments need quotes or variables cannot be repeated.',
  },
  'loader-full': {
    happened: 'the environment block has no room for another kernel’s arguments ({}).',
    remedy: 'Shorten the kernel command line or remove unused variables with grub-editenv.',
  },
  'loader-strings': {
    happened: 'the boot loader cannot compare this machine’s SMBIOS strings ({}).',
    remedy: 'Nothing: without them a moved image could not be told from this one, so the kernel is kept.',
  },
  'loader-chosen': {
    happened: 'an administrator chose the default entry there ({}), and it would have to be overwritten.',
    remedy: 'Take it back with `bootctl set-default ""`, or keep the kernel as it is.',
  },
  'loader-variables': {
    happened: 'the boot loader cannot be told an entry for one boot: {}.',
    remedy: 'Use systemd-boot 240 or newer, with /sys/firmware/efi/efivars writable and e2fsprogs installed.',
  },
  'loader-esp': {
    happened: 'it is not the partition that systemd-boot can be told something on: {}.',
    remedy: 'Mount the EFI system partition the loader was started from, writable, on /efi, /boot/efi or /boot.',
  },
  'loader-copy': {
    happened: 'the file the boot loader reads is not a copy of {}.',
    remedy: 'Copy it again: `kernel-install add RELEASE IMAGE`, or reinstall the kernel’s package.',
  },
});
