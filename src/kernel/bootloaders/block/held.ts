/** The environment block as it lies on the disk. */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, Path } from '../../../guest/guest.ts';
import { BLOCK_SIZE, type Block, parseBlock, SIGNATURE, variable } from './environment-block.ts';
import { OURS } from './values.ts';

interface Held {
  bytes: Buffer;
  block: Block;
}

const blockBytes = async (guest: Guest, environment: Path): Promise<Buffer | null> => {
  const stat = await guest.stat(environment);
  return stat?.kind === 'file' && stat.size === BLOCK_SIZE ? guest.read(environment, BLOCK_SIZE) : null;
};

/** Null where there is no block, or none that could be read: then nothing of ours is there, and the loader boots the universal kernel. */
export const heldBlock = async (guest: Guest, environment: Path): Promise<Held | null> => {
  const bytes = await blockBytes(guest, environment);
  const block = bytes && parseBlock(bytes);
  return bytes && block && { bytes, block };
};

/** Its sectors are of two blocks: padding in the middle, or two sequence numbers. */
export const isTorn = async (guest: Guest, environment: Path): Promise<boolean> => {
  const bytes = await blockBytes(guest, environment);
  if (!bytes?.toString('latin1').startsWith(SIGNATURE)) return false;
  const block = parseBlock(bytes);
  return block === null || variable(block, `${OURS}seq`) !== variable(block, `${OURS}end`);
};

export const readBlock = async (guest: Guest, environment: Path): Promise<Held> => {
  const held = await heldBlock(guest, environment);
  if (held !== null) return held;
  throw new EnlightenError('unreadable', {
    tried: 'read',
    on: environment,
    happened: 'it is absent, or no environment block',
    remedy:
      'GRUB: create it with `grub-editenv /boot/grub/grubenv create`; extlinux: run `enlighten seal` on the image.',
  });
};
