/**
 * The transports in the order they are asked; the first document found is the one. The order is cheapest and most
 * specific first: a disc is read without starting any program.
 */
import { guestinfo } from './guestinfo.ts';
import { iso } from './iso.ts';
import { kvp } from './kvp.ts';
import { seed } from './seed.ts';
import type { Transport } from './transport.ts';
import { vbox } from './vbox.ts';
import { xenstore } from './xenstore.ts';

export const transports: readonly Transport[] = [iso, kvp, xenstore, guestinfo, vbox, seed];
