/** The environment block as it lies on the disk. */
import { EnlightenError } from '../../../errors.ts';
import type { Guest } from '../../../guest/guest.ts';
import { BLOCK_SIZE, type Block, parseBlock, SIGNATURE, variable } from './environment-block.ts';
import type { Place } from './paths.ts';
import { OURS } from './values.ts';

interface Held {
  bytes: Buffer;
  block: Block;
}

const blockBytes = async (guest: Guest, { environment }: Place): Promise<Buffer | null> => {
  const stat = await guest.stat(environment);
  return stat?.kind === 'file' && stat.size === BLOCK_SIZE ? guest.read(environment, BLOCK_SIZE) : null;
};

/** Null where there is no block, or none that GRUB could read: then nothing of ours is there, and custom.cfg boots the universal kernel. */
export const heldBlock = async (guest: Guest, place: Place): Promise<Held | null> => {
  const bytes = await blockBytes(guest, place);
  const block = bytes && parseBlock(bytes);
  return bytes && block && { bytes, block };
};

/** Its sectors are of two blocks: padding in the middle, or two sequence numbers. */
export const isTorn = async (guest: Guest, place: Place): Promise<boolean> => {
  const bytes = await blockBytes(guest, place);
  if (!bytes?.toString('latin1').startsWith(SIGNATURE)) return false;
  const block = parseBlock(bytes);
  return block === null || variable(block, `${OURS}seq`) !== variable(block, `${OURS}end`);
};

export const readBlock = async (guest: Guest, place: Place): Promise<Held> => {
  const held = await heldBlock(guest, place);
  if (held !== null) return held;
  throw new EnlightenError('unreadable', {
    tried: 'read',
    on: place.environment,
    happened: 'it is absent, or no GRUB environment block',
    remedy: 'Create it with `grub-editenv /boot/grub/grubenv create`.',
  });
};
