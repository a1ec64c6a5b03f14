/**
 * VirtualBox: guest properties, read with the Guest Additions' VBoxControl. The document is the property
 * `/OVF/Environment`, or, where it is longer than a property may be (128 KiB once, 1 KiB since VirtualBox 7.2.8), the pieces
 * `/OVF/Environment/0`, `/OVF/Environment/1` … in UTF-8. The tree `/VirtualBox/` is VirtualBox's own. On the host:
 *
 *     VBoxManage guestproperty set VM /OVF/Environment "$(cat ovf-env.xml)" --flags RDONLYGUEST
 */
import { EnlightenError } from '../../errors.ts';
import type { Guest } from '../../guest/guest.ts';
import { environmentNotice } from '../../notices/environment.ts';
import { largestDocument } from '../limits.ts';
import { asDocument, cut } from './pieces.ts';
import type { Transport } from './transport.ts';

const property = '/OVF/Environment';
/** Pieces of 1 KiB that make the largest document. */
const mostPieces = largestDocument / 1024;
/** Each piece costs a program's start; this is enough for some hundred of them. */
const allWithinMs = 10_000;

export const vbox: Transport = {
  name: 'vbox',

  async fetch(guest) {
    try {
      const parts = await partsIn(guest);
      return asDocument('vbox', property, Buffer.concat(parts.map(({ value }) => value)));
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
      return { found: null, notices: [environmentNotice('environment-unreadable', property, error.message)] };
    }
  },

  /** Refused by the host for properties it set with the flag RDONLYGUEST. */
  async scrub(guest) {
    try {
      for (const { name } of await partsIn(guest)) await guest.run('vbox-property-delete', [name]);
    } catch (error) {
      if (!(error instanceof EnlightenError)) throw error;
    }
    const { found, notices } = await vbox.fetch(guest);
    return found === null && notices.length === 0;
  },
};

/** The properties that carry a document in UTF-8, for VBoxManage to set. */
export const vboxPropertiesOf = (document: Buffer): [name: string, value: string][] => {
  const pieces = cut(document, 1000);
  return pieces.length === 1
    ? [[property, pieces[0] as string]]
    : pieces.map((piece, number) => [`${property}/${number}`, piece]);
};

interface Part {
  name: string;
  value: Buffer;
}

/** The property itself, else its pieces in order. */
const partsIn = async (guest: Guest): Promise<Part[]> => {
  const whole = await propertyValue(guest, property);
  if (whole !== null) return [{ name: property, value: whole }];
  const parts: Part[] = [];
  const until = guest.clock.monotonic() + allWithinMs;
  while (parts.length < mostPieces) {
    const name = `${property}/${parts.length}`;
    const value = await propertyValue(guest, name);
    if (value === null) break;
    parts.push({ name, value });
    if (guest.clock.monotonic() > until) {
      const happened = `${parts.length} pieces took ${allWithinMs} ms`;
      throw new EnlightenError('unreadable', { tried: 'read the rest of', on: property, happened });
    }
  }
  return parts;
};

/**
 * `Value: ` and the value on stdout; `No value set!` there, with exit code 1, when there is none (VBoxControl.cpp,
 * getGuestProperty). Outside of VirtualBox, without its driver, VBoxControl fails with a message on stderr.
 */
const propertyValue = async (guest: Guest, name: string): Promise<Buffer | null> => {
  const ran = await guest.query('vbox-property', [name]);
  const value = ran?.stdout.match(/^Value: (.*)\n$/s)?.[1];
  return value === undefined ? null : Buffer.from(value, 'latin1');
};
