/** Anything a deployer can say in an XML document. */
import fc from 'fast-check';
import type { Wishes } from '../../../src/ovfenv/make/document.ts';
import { isSpeakable } from '../../../src/ovfenv/xml/escape.ts';

const speakable = fc.string({ unit: 'binary' }).filter(isSpeakable);
/** `__proto__` is a key like any other to the reader, but not to the object literals of a test. */
const name = speakable.filter(text => text !== '' && text !== '__proto__');
const properties = fc.dictionary(name, speakable, { maxKeys: 5, noNullPrototype: true });

export const anyWishes: fc.Arbitrary<Wishes> = fc.record({
  id: speakable,
  properties,
  peers: fc.uniqueArray(fc.record({ id: name, properties }), { maxLength: 3, selector: ({ id }) => id }),
});

export const wishing = (properties: Record<string, string>): Wishes => ({ id: 'vm', properties, peers: [] });
