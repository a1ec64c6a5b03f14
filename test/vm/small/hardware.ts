import type { Hardware } from '../machine/qemu.ts';
import { type Bootable, buildSmall, hypervisorBeside, type Small } from './initramfs.ts';
import { type Outfit, outfits } from './outfits.ts';

/** MiB. Twice the initramfs fits, once as it is handed over and once unpacked, and the agent beside it. */
export const guestMemory = 640;

// `panic`: a guest whose first program died is reset, and does not stand for minutes.
const kernelArguments = (console: string) => `console=${console} panic=1 loglevel=6`;

/** The hardware of a small machine, its initramfs built now if it is not there. A host of guests finds theirs on two disks. */
export async function smallHardware(small: Small, deb: string | null): Promise<Partial<Hardware>> {
  const own = await buildSmall(small, deb);
  const worn = small.with ?? [];
  if (!worn.some(name => hosts(outfits[name]))) return { memory: guestMemory, card: null, direct: kernelAlone(own) };
  const guest = await buildSmall({}, deb);
  const discs: Hardware['discs'] = [
    { on: 'virtio-blk', file: guest.kernel },
    { on: 'virtio-blk', file: guest.initramfs },
  ];
  const isXen = worn.includes('xen');
  // Opteron_G3 and its flags: Xen 4.17 under QEMU's emulator. With SMAP dom0 crashes, `max` corrupts user space, RDTSCP kills PVH guests.
  const processor = isXen ? { cpu: 'Opteron_G3,+npt,-rdtscp' } : {};
  return { memory: 3000, card: null, discs, direct: isXen ? underXen(own) : kernelAlone(own), ...processor };
}

const hosts = (outfit: Outfit): boolean => outfit.hosts === true;

const kernelAlone = ({ kernel, initramfs }: Bootable): Hardware['direct'] => ({
  kernel,
  initramfs,
  arguments: kernelArguments('ttyS0'),
});

/** Multiboot: Xen is the kernel; dom0's kernel with its arguments and its initramfs are modules, in this order. */
const underXen = ({ kernel, initramfs }: Bootable): Hardware['direct'] => ({
  kernel: hypervisorBeside(initramfs),
  initramfs: `${kernel} ${kernelArguments('hvc0').replaceAll(',', ',,')},${initramfs}`,
  arguments: 'console=com1 com1=115200,8n1 dom0_mem=1500M,max:1500M noreboot',
});
