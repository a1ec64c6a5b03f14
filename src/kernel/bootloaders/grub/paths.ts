/** Debian's and Ubuntu's places; /boot/grub2 (Fedora, SUSE) comes with their own boot loader entry format. */
export const ENVIRONMENT = '/boot/grub/grubenv';
export const CONFIG = '/boot/grub/grub.cfg';
/** Sourced last by /etc/grub.d/41_custom. */
export const CUSTOM = '/boot/grub/custom.cfg';
/** The same bytes, as the package ships them. */
export const CUSTOM_SOURCE = '/usr/lib/enlighten/grub/custom.cfg';
/** Written by `enlighten seal`, sourced by custom.cfg: the kernel that boots everywhere. */
export const UNIVERSAL = '/boot/grub/enlighten.cfg';
