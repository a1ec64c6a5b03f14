/**
 * The transports in the order they are asked; the first document found is the one. The order is cheapest and most
 * specific first: a disc is read without starting any program.
 */
import { iso } from './iso.ts';
import type { Transport } from './transport.ts';

export const transports: readonly Transport[] = [iso];
