import type { Hardware } from '../machine/qemu.ts';
import { buildSmall, type Small } from './initramfs.ts';

/** Twice the initramfs fits, once as it is handed over and once unpacked, and the agent beside it. */
const memory = 640;

/** The hardware of a small machine, its initramfs built now if it is not there. */
export async function smallHardware(small: Small, deb: string | null): Promise<Partial<Hardware>> {
  const { kernel, initramfs } = await buildSmall(small, deb);
  // `panic`: a guest whose first program died is reset, and does not stand for minutes.
  return { memory, card: null, direct: { kernel, initramfs, arguments: 'console=ttyS0 panic=1 loglevel=6' } };
}
