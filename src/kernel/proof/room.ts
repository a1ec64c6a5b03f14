import type { Guest, Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { Proof } from './context.ts';

const MIB = 1024 * 1024;

/**
 * What must be free, in bytes. Arming writes no new file to /boot (GRUB's block is rewritten in place), so there only the file
 * system's own journal and metadata need air; the agent's state and journal are small, but a trial must never fail for want of them.
 */
const minimum: Record<Path, number> = { '/boot': MIB, '/var/lib/enlighten': 8 * MIB };

/** The path, or the nearest folder above it that exists already. */
const existing = async (guest: Guest, path: Path): Promise<Path> => {
  let at = path;
  while (at !== '' && (await guest.stat(at)) === null) at = at.slice(0, at.lastIndexOf('/'));
  return at === '' ? '/' : at;
};

export const room: Proof = async p => {
  for (const [path, needed] of Object.entries(minimum)) {
    const free = await p.guest.free(await existing(p.guest, path));
    if (free !== null && free >= needed) continue;
    const seen = free === null ? 'how much cannot be told' : `${Math.floor(free / 1024)} KiB of ${needed / 1024} KiB`;
    return kernelNotice('room-short', path, seen);
  }
  return null;
};
