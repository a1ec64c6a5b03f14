/**
 * Which card is the one a configuration means, when no interface has the name it gives? Pure. What is not obvious is not guessed: a
 * wrong address on a wrong network does more harm than none.
 */
import { movingNotice } from '../notices/moving.ts';
import type { Notice } from '../notices/notice.ts';
import type { Nic } from './nics.ts';

/** A card that had this name at an earlier boot, wherever that was. */
export interface Remembered {
  name: string;
  mac: string;
  /** The OVF adapter's network; null where no environment told. */
  network: string | null;
}

export interface Adapter {
  mac: string;
  network: string;
  unitNumber: number | null;
}

export interface Question {
  /** Names the configuration gives and no interface has. */
  missing: readonly string[];
  /** Cards nothing configures, down. */
  free: readonly Nic[];
  /** How many cards there are in all. */
  cards: number;
  adapters: readonly Adapter[];
  remembered: readonly Remembered[];
}

export interface Pair {
  /** The name that is wanted, `ens192`. */
  name: string;
  nic: Nic;
  because: string;
}

export interface Answer {
  pairs: Pair[];
  notices: Notice[];
}

type Rule = (names: readonly string[], free: readonly Nic[], question: Question) => Pair[];

const withMac = (free: readonly Nic[], mac: string | undefined): Nic | undefined => free.find(nic => nic.mac === mac);

/** The card itself came along. */
const sameMac: Rule = (names, free, { remembered }) =>
  names.flatMap(name => {
    const nic = withMac(free, remembered.find(one => one.name === name)?.mac);
    return nic === undefined ? [] : [{ name, nic, because: 'it had this name before' }];
  });

/** Another card on the network of the same name; one card on it, then and now. */
const sameNetwork: Rule = (names, free, { remembered, adapters }) =>
  names.flatMap(name => {
    const network = remembered.find(one => one.name === name)?.network;
    const before = remembered.filter(one => one.network === network);
    const now = adapters.filter(one => one.network === network);
    if (network == null || before.length !== 1 || now.length !== 1) return [];
    const nic = withMac(free, now[0]?.mac.toLowerCase());
    return nic === undefined ? [] : [{ name, nic, because: `it is on the network ${network}, as before` }];
  });

const onlyOne: Rule = (names, free) => {
  const [[name], [nic]] = [names, free];
  const single = names.length === 1 && free.length === 1 && name !== undefined && nic !== undefined;
  return single ? [{ name, nic, because: 'it is the only card that nothing configures' }] : [];
};

/** `ens33` before `ens160`: the order in which slots are numbered. */
const byNumbers = new Intl.Collator('en', { numeric: true });

/** Every card in the environment's order, every name in its own: only when both are whole. */
const byUnit: Rule = (names, free, { adapters }) => {
  const placed = free.map(nic => ({
    nic,
    unit: adapters.find(({ mac }) => mac.toLowerCase() === nic.mac)?.unitNumber ?? null,
  }));
  const units = new Set(placed.map(({ unit }) => unit));
  if (names.length !== free.length || units.has(null) || units.size !== free.length) return [];
  const cards = placed.toSorted((a, b) => (a.unit ?? 0) - (b.unit ?? 0));
  return names.toSorted(byNumbers.compare).flatMap((name, at) => {
    const nic = cards[at]?.nic;
    return nic === undefined ? [] : [{ name, nic, because: `it is adapter ${at + 1} in the environment's order` }];
  });
};

const rules: readonly Rule[] = [sameMac, sameNetwork, onlyOne, byUnit];

/**
 * The kernel gives out ethN itself, to whichever card it finds first: udev cannot give such a name to one of several cards without a race
 * (systemd.link(5), Name=: "choosing a name that the kernel could assign … should be avoided").
 */
const isRaced = (name: string, cards: number): boolean => cards > 1 && /^(eth|wlan|usb)\d+$/.test(name);

const notFound = (name: string, { free, cards }: Question): Notice =>
  free.length === 0
    ? movingNotice('address-no-card', name, String(cards))
    : movingNotice('address-ambiguous', name, free.map(nic => `${nic.name} (${nic.mac})`).join(', '));

export const counterparts = (question: Question): Answer => {
  const raced = question.missing.filter(name => isRaced(name, question.cards));
  const pairs: Pair[] = [];
  for (const rule of rules) {
    const names = question.missing.filter(name => !raced.includes(name) && !pairs.some(pair => pair.name === name));
    const free = question.free.filter(nic => !pairs.some(pair => pair.nic === nic));
    if (names.length === 0 || free.length === 0) break;
    for (const pair of rule(names, free, question)) {
      if (!pairs.some(({ nic }) => nic === pair.nic)) pairs.push(pair);
    }
  }
  const without = question.missing.filter(name => !raced.includes(name) && !pairs.some(pair => pair.name === name));
  return {
    pairs,
    notices: [
      ...raced.map(name => movingNotice('address-kernel-name', name)),
      ...without.map(name => notFound(name, question)),
    ],
  };
};
