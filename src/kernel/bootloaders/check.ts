/** What a boot loader, or kexec, must offer before it is told anything: one reason against it at a time. */
import type { Guest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';

/** @template Place what is looked at besides the guest: the loader's own files, where there are several such loaders */
export type Check<Place extends unknown[] = []> = (guest: Guest, ...place: Place) => Promise<Notice | null>;

/** The first reason that holds; null when none does. The cheapest come first. */
export const first =
  <Place extends unknown[]>(...checks: readonly Check<Place>[]): Check<Place> =>
  async (guest, ...place) => {
    for (const check of checks) {
      const found = await check(guest, ...place);
      if (found !== null) return found;
    }
    return null;
  };
