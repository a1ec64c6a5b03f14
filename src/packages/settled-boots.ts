/** How many boots a kernel has come up in as the settled default: what pruning waits for. Written only where pruning is asked for. */
import type { Path, WritableGuest } from '../guest/guest.ts';
import { count, record, text } from '../shape.ts';

const FILE: Path = '/var/lib/enlighten/settled-boots.json';

interface Settled {
  release: string;
  bootId: string;
  boots: number;
}

const isSettled = record({ release: text, bootId: text, boots: count }) as (value: unknown) => value is Settled;

const known = async (guest: WritableGuest): Promise<Settled | null> => {
  try {
    const value: unknown = JSON.parse((await guest.text(FILE)) ?? 'null');
    return isSettled(value) ? value : null;
  } catch {
    return null;
  }
};

/** Counts this boot, once. A boot of another kernel starts at one. */
export const settledBoots = async (guest: WritableGuest, release: string, bootId: string): Promise<number> => {
  const before = await known(guest);
  if (before?.release === release && before.bootId === bootId) return before.boots;
  const boots = before?.release === release ? before.boots + 1 : 1;
  await guest.replace(FILE, `${JSON.stringify({ release, bootId, boots })}\n`);
  return boots;
};
