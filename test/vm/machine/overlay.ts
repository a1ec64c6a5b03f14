import { execa } from 'execa';

/** What an image is stored as; everything but the raw images of ../image is an overlay itself. */
const formatOf = (image: string): string => (image.endsWith('.qcow2') ? 'qcow2' : 'raw');

/** A machine's own disk: what it writes goes to the overlay, the image under it is shared and never changes. */
export async function createOverlay(overlay: string, image: string): Promise<void> {
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', formatOf(image), '-b', image, overlay]);
}
