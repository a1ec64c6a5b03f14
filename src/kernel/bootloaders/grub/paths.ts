import type { Path } from '../../../guest/guest.ts';

/** One GRUB's own folder ($prefix) and what lies in it. */
export interface Place {
  environment: Path;
  config: Path;
  /** Sourced last by /etc/grub.d/41_custom. */
  custom: Path;
  /** Written by `enlighten seal`, sourced by custom.cfg: the kernel that boots everywhere. */
  universal: Path;
}

const placeAt = (folder: Path): Place => ({
  environment: `${folder}/grubenv`,
  config: `${folder}/grub.cfg`,
  custom: `${folder}/custom.cfg`,
  universal: `${folder}/enlighten.cfg`,
});

/**
 * On EFI, too: the file on the EFI system partition only leads there (`configfile`). Where that partition holds GRUB's whole folder (RHEL
 * up to 8), kernels lie on another file system than $prefix, which custom.cfg does not serve: there GRUB leaves no mark, and is refused.
 */
export const debian = placeAt('/boot/grub');
/** Fedora, RHEL and SUSE. */
export const fedora = placeAt('/boot/grub2');

/** The same bytes as the custom.cfg in GRUB's folder, as the package ships them. */
export const CUSTOM_SOURCE = '/usr/lib/enlighten/grub/custom.cfg';
