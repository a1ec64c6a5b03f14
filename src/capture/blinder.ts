/**
 * Replaces what identifies a machine, its owner or its network by something of the same length and form. The same input gives the same
 * output within one capture, whatever its case or separators, so that links, tables and names still fit together; the key is
 * random and kept nowhere, so that no table of likely inputs leads back.
 */
import { createHmac } from 'node:crypto';

export interface Blinder {
  /** The text with every UUID, MAC and IP address, disk name and known word replaced. Everything else stays. */
  text(text: string): string;
  /** The whole text replaced, letter by letter and digit by digit; punctuation, and what rules look at in front, stays. */
  scrambled(text: string): string;
}

/** What rules look at: EC2's UUIDs and serials (cloud-init, ds-identify), VMware's serial numbers. */
const TELLING = /^(ec2|VMware-)/i;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const alphabets: [RegExp, string][] = [
  [/[0-9]/, '0123456789'],
  [/[a-z]/, LOWER],
  [/[A-Z]/, LOWER.toUpperCase()],
  [/[^\0-\x7f]/, LOWER],
];

/** Pseudo-random bytes for a name, as many as asked for. */
const streamOf = (salt: Buffer, name: string, length: number): Buffer => {
  const blocks: Buffer[] = [];
  for (let at = 0; at * 32 < length; at += 1) blocks.push(createHmac('sha256', salt).update(`${at} ${name}`).digest());
  return Buffer.concat(blocks);
};

const DIGIT = /[0-9a-f]/gi;
const digitsOf = (text: string): string => (text.match(DIGIT) ?? []).join('').toLowerCase();

/** Of `text`, every hexadecimal digit from the `from`th on; separators and case stay. */
const hexadecimal = (salt: Buffer, text: string, from: number): string => {
  const digits = digitsOf(text);
  const stream = streamOf(salt, `hex ${digits}`, digits.length);
  let at = -1;
  return text.replace(DIGIT, digit => {
    at += 1;
    const blind = ((stream[at] ?? 0) & 15).toString(16);
    return at < from ? digit : /[A-F]/.test(text) ? blind.toUpperCase() : blind;
  });
};

const scrambled = (salt: Buffer, text: string): string => {
  const kept = TELLING.exec(text)?.[0].length ?? 0;
  const stream = streamOf(salt, `word ${text.toLowerCase()}`, text.length);
  return text.replace(/./gs, (character, at: number) => {
    const alphabet = at < kept ? undefined : alphabets.find(([pattern]) => pattern.test(character))?.[1];
    return alphabet === undefined ? character : (alphabet[(stream[at] ?? 0) % alphabet.length] ?? character);
  });
};

/** All zeros and all ones mean "none", whatever they are part of. */
const isNobody = (digits: string): boolean => /^(0*|f*)$/.test(digits);

const OUI_DIGITS = 6;
const HEX = '[0-9a-fA-F]';

/** Octets of as many digits as before. Loopback, "any" and net masks belong to everybody. */
const ipv4 = (salt: Buffer, address: string): string => {
  const octets = address.split('.');
  if (octets.some(octet => Number(octet) > 255) || /^(0|127|255)\./.test(address)) return address;
  const stream = streamOf(salt, `ip ${address}`, 4);
  const ranges = [[], [1, 9], [10, 90], [100, 155]];
  return octets
    .map((octet, index) => {
      const [first = 0, many = 1] = ranges[octet.length] ?? [];
      return first + ((stream[index] ?? 0) % many);
    })
    .join('.');
};

interface Rule {
  pattern: RegExp;
  blind: (salt: Buffer, found: string) => string;
}

/** In this order; none finds anything in what an earlier one wrote. */
const rules: Rule[] = [
  {
    pattern: new RegExp(`(?<!${HEX})${HEX}{8}-(?:${HEX}{4}-){3}${HEX}{12}(?!${HEX})`, 'g'),
    blind: (salt, uuid) => (isNobody(digitsOf(uuid)) ? uuid : hexadecimal(salt, uuid, /^ec2/i.test(uuid) ? 3 : 0)),
  },
  {
    // Six bytes on Ethernet, twenty on InfiniBand; `enx525400123456` is systemd's name for an interface (systemd.net-naming-scheme(7)).
    pattern: new RegExp(`(?<![\\w:-])(?:${HEX}{2}([:-])(?:${HEX}{2}\\1){4,18}${HEX}{2}|enx${HEX}{12})(?![\\w:-])`, 'g'),
    blind(salt, mac) {
      const name = mac.startsWith('enx') ? 'enx' : '';
      const address = mac.slice(name.length);
      return isNobody(digitsOf(address)) ? mac : name + hexadecimal(salt, address, OUI_DIGITS);
    },
  },
  // cryptsetup's and LVM2's names in dm/uuid; the first word tells what it is (src/kernel/layers.ts).
  {
    pattern: new RegExp(`(?<=CRYPT-\\w{1,16}-)${HEX}{32}`, 'g'),
    blind: (salt, uuid) => hexadecimal(salt, uuid, 0),
  },
  { pattern: /(?<=\bLVM-)\w{32,64}/g, blind: scrambled },
  { pattern: /(?<=\/dev\/disk\/by-id\/)[^\s/"']+/g, blind: scrambled },
  { pattern: /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])/g, blind: ipv4 },
  {
    // Eight groups, or some and `::`; three groups without it are a PCI address.
    pattern: new RegExp(
      `(?<![\\w:.])(?=[:\\da-fA-F]{0,37}::|(?:${HEX}{1,4}:){7})(?=:{0,2}${HEX})[:\\da-fA-F]{4,39}(?![\\w:.])`,
      'g',
    ),
    blind: (salt, address) => (address === '::1' ? address : hexadecimal(salt, address, 0)),
  },
];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** The words as one expression, longer ones first; null for none. Only whole words: a serial of digits must not be found in a number. */
const wordsPattern = (words: readonly string[]): RegExp | null => {
  if (words.length === 0) return null;
  const longestFirst = [...new Set(words)].sort((a, b) => b.length - a.length);
  return new RegExp(`(?<![0-9A-Za-z])(?:${longestFirst.map(escaped).join('|')})(?![0-9A-Za-z])`, 'g');
};

export interface Words {
  /** Of this machine, and no form gives them away: serial numbers, short file system ids, its name. */
  known?: readonly string[];
  /** What a rule recognised whole, an asset tag of Azure or OpenStack: it stays. */
  recognised?: readonly string[];
}

/** @param salt at least 16 random bytes */
export const blinder = (salt: Buffer, { known = [], recognised = [] }: Words = {}): Blinder => {
  const words = wordsPattern(known.filter(word => !recognised.includes(word)));
  return {
    text(text) {
      const first = words === null ? text : text.replace(words, word => scrambled(salt, word));
      return rules.reduce((now, { pattern, blind }) => now.replace(pattern, found => blind(salt, found)), first);
    },
    scrambled: text => (recognised.includes(text) ? text : scrambled(salt, text)),
  };
};

/** Changes nothing: for `--full`. */
export const openEyes: Blinder = { text: text => text, scrambled: text => text };
