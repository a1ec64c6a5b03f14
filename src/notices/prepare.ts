import { noticesOf } from './notice.ts';

/** Why an image would not come up somewhere, or would be of less use there; subjects are files, kernels and devices. */
export const prepareNotice = noticesOf({
  'image-no-kernel': {
    happened: 'holds no kernel with its modules.',
    remedy: 'Install one of the distribution’s universal flavour (Debian: linux-image-amd64).',
  },
  'image-no-universal': {
    happened: 'no kernel of the distribution’s universal flavour, with modules and initramfs, is installed.',
    remedy: 'Install it (Debian: linux-image-amd64): it is what boots where nothing else does.',
  },
  'image-disk': {
    happened: 'cannot reach its root disk there: it lacks {}.',
    remedy:
      'Rebuild its initramfs with all drivers (Debian: MODULES=most and `update-initramfs -u`; dracut: `--no-hostonly`); a driver the kernel does not have takes another kernel.',
  },
  'image-nic': {
    happened: 'has no network there: it lacks {}.',
    remedy: 'Install the distribution’s universal kernel (Debian: linux-image-amd64) and seal the image.',
  },
  'image-drivers-unknown': {
    happened: 'its drivers cannot be told: {}.',
    remedy: 'Mend that, then look again.',
  },
  'image-symbol': {
    happened: 'its configuration lacks {}, without which it does not start there.',
    remedy: 'Install a kernel that has it, or leave this target to another image.',
  },
  'image-config': {
    happened: 'it came without its configuration, which would tell whether it has {}.',
    remedy: 'Keep /boot/config-RELEASE in the image.',
  },
  'image-names': {
    happened: 'names a disk by where it hangs, and it is called otherwise there: {}.',
    remedy:
      'Name file systems by UUID (`blkid` tells it); then run update-grub and update-initramfs where they were named.',
  },
  'image-no-loader': {
    happened: 'holds no boot menu that is known here.',
    remedy: 'Install the boot loader in the image; with --root, mount /boot into the folder first.',
  },
  'image-no-entry': {
    happened: 'no entry of the boot menu that can be read starts {}.',
    remedy: 'Run update-grub inside the image.',
  },
  'image-undecided': {
    happened: 'the boot loader chooses a kernel by itself, and {} cannot come up there.',
    remedy: 'Run `enlighten seal` as the last act: the kernel that boots everywhere is then the one that boots.',
  },
  'image-starter': {
    happened: 'whether a boot loader for {} is installed on the disk cannot be seen here.',
    remedy: 'With --root, mount the EFI system partition at /boot/efi; BIOS: run grub-install for the disk.',
  },
  'image-no-fallback': {
    happened:
      'the EFI system partition holds {}, and no fall-back loader, which is what firmware starts that has never seen the disk.',
    remedy:
      'Copy the loader to EFI/BOOT (Debian: `grub-install --force-extra-removable`); `enlighten prepare` does it.',
  },
  'image-no-esp': {
    happened: 'no EFI system partition is seen.',
    remedy: 'Give the disk one, with EFI/BOOT/BOOTX64.EFI; with --root, mount it at /boot/efi in the folder first.',
  },
  'image-console': {
    happened: 'what the kernel says goes to {} alone, which nobody sees there.',
    remedy: 'Add `console=tty0 console=ttyS0` (Xen PV: `console=hvc0`) to the kernel command line and run update-grub.',
  },
  'image-clock': {
    happened: 'it lacks {}, so the time comes from a slower or coarser source.',
    remedy: 'Choose a kernel that has it; the guest works without.',
  },
  'image-no-return': {
    happened: 'the host starts the kernel, and no boot loader of the guest could take a trial back.',
    remedy: 'Nothing: the agent tries no kernel there.',
  },
  'image-return-unknown': {
    happened: 'whether a trial could be taken back is known only once the image has booted: {}',
    remedy: 'Boot it once, or leave it to the agent, which looks before each trial.',
  },
  'image-tools': {
    happened: 'lacks the guest tools of this hypervisor: {}.',
    remedy: 'Install the package in the image; where another hypervisor runs its service does not start.',
  },
  'image-extras': {
    happened: 'has no module for it: {}.',
    remedy: 'Nothing, or another kernel: the guest comes up without.',
  },
  'mend-failed': {
    happened: 'could not be done: {}.',
    remedy: 'Mend that, then run `enlighten prepare` again.',
  },
  'mend-inside': {
    happened: 'is to be run inside the image ({}); under --root no program of it is run.',
    remedy: 'Run it in a chroot of the folder, or at the image’s next boot, then look again with --check.',
  },
  'mend-person': {
    happened: 'only a person knows what it should say ({}).',
    remedy: 'Edit or remove it.',
  },
  'mend-request': {
    happened: 'is left alone unless asked for ({}).',
    remedy: 'Run `enlighten prepare --identity`, or `enlighten seal --identity`.',
  },
  'mend-no-builder': {
    happened: 'lacks drivers in its initramfs, and the tool that makes it is not known here.',
    remedy: 'Build it for every machine by hand (mkinitcpio: without the hook autodetect; mkinitfs: all features).',
  },
  'image-identity': {
    happened: 'belongs to the machine the image was built on, and every clone would share it: {}.',
    remedy: '`enlighten prepare` and `enlighten seal --identity` remove what can be made anew.',
  },
});
