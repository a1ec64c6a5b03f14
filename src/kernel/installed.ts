import type { Guest } from '../guest/guest.ts';

/** A kernel that could be booted: its image, its initramfs and its modules are all there. */
export interface InstalledKernel {
  /** `6.1.0-50-cloud-amd64` */
  release: string;
  /** What distinguishes it from the distribution's other kernels of the same version: `cloud`, `rt`, or `generic` for the universal one. */
  flavour: string;
  /** True when the flavour is the distribution's universal one, with drivers for every machine. */
  universal: boolean;
  /** `/boot/vmlinuz-6.1.0-50-cloud-amd64` */
  image: string;
  /** `/boot/initrd.img-6.1.0-50-cloud-amd64`; null when there is none. */
  initramfs: string | null;
  /** `/usr/lib/modules/6.1.0-50-cloud-amd64` */
  modules: string;
}
