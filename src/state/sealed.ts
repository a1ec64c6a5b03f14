/** The vendor's mark on an image: from here on it is an appliance. Empty of meaning but for being there. */
import type { Guest, WritableGuest } from '../guest/guest.ts';

export const SEALED = '/var/lib/enlighten/sealed';

export const isSealed = async (guest: Guest): Promise<boolean> => (await guest.stat(SEALED)) !== null;

export const markSealed = (guest: WritableGuest, version: string): Promise<void> =>
  guest.replace(SEALED, `${JSON.stringify({ schemaVersion: 1, at: guest.clock.now(), version })}\n`);
