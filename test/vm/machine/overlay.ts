import { execa } from 'execa';

/** A machine's own disk: what it writes goes to the overlay, the image under it is shared and never changes. */
export async function createOverlay(overlay: string, image: string): Promise<void> {
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', image, overlay]);
}
