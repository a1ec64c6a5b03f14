import type { Missing, Offer } from '../detect/offers/offer.ts';
import { columns, heading } from './paint.ts';

const needs: Record<Missing['kind'], (name: string) => string> = {
  module: name => `load the module ${name}`,
  kernel: name => `a kernel with ${name}`,
  package: name => `install ${name}`,
  setting: name => name,
};

const words = (inUse: Offer['inUse']): string => {
  if (inUse === null) return 'offered';
  return inUse ? 'in use' : 'idle';
};

const rowOf = ({ id, title, inUse, missing }: Offer): string[] => [
  words(inUse),
  id,
  title,
  missing === null ? '' : `needs: ${needs[missing.kind](missing.name)}`,
];

const named = (title: string, offers: readonly Offer[]): string =>
  offers.length === 0 ? '' : heading(title) + columns([[offers.map(({ id }) => id).join(' ')]]);

/** What is offered with what it would need; the rest by name alone. */
export const describeOffers = (offers: readonly Offer[]): string =>
  [
    heading('offered'),
    columns(offers.filter(({ offered }) => offered === true).map(rowOf)),
    named(
      'cannot be told',
      offers.filter(({ offered }) => offered === null),
    ),
    named(
      'not offered',
      offers.filter(({ offered }) => offered === false),
    ),
  ].join('');
