/** The addresses of the configuration, and the cards they are meant for: one step for each name that no interface has. */
import type { Guest } from '../guest/guest.ts';
import { movingNotice } from '../notices/moving.ts';
import type { Notice } from '../notices/notice.ts';
import type { AddressesStep } from '../profiles/step.ts';
import { claims, type NetworkConfiguration } from './configured.ts';
import { type Adapter, counterparts, type Pair, type Question, type Remembered } from './counterpart.ts';
import { interfaceNames, nics } from './nics.ts';
import { networkConfiguration } from './read.ts';

const stepFor = ({ name, nic, because }: Pair): AddressesStep => ({
  id: `addresses:${name}`,
  kind: 'addresses',
  name,
  mac: nic.mac,
  driver: nic.driver,
  desired: nic.mac,
  reason: `The network is configured for ${name}, and that card is called ${nic.name} here: ${because}.`,
  reference: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.link.html',
  lasts: 'persistent',
});

const missingNames = ({ claims: all, made }: NetworkConfiguration, present: readonly string[]): string[] => {
  const wanted = all.map(({ name }) => name).filter(name => name !== null);
  return [...new Set(wanted)].filter(name => !present.includes(name) && !made.includes(name));
};

/** Configured by the MAC address of a card that is elsewhere: no name helps. */
const byForeignMac = ({ claims: all }: NetworkConfiguration, present: readonly { mac: string }[]): Notice[] =>
  all
    .filter(({ macs }) => macs.length > 0 && !macs.some(mac => present.some(nic => nic.mac === mac)))
    .map(({ file, macs }) => movingNotice('address-by-mac', file, macs.join(', ')));

export const planAddresses = async (
  guest: Guest,
  adapters: readonly Adapter[],
  remembered: readonly Remembered[],
): Promise<{ steps: AddressesStep[]; notices: Notice[] }> => {
  const configuration = await networkConfiguration(guest);
  const cards = await nics(guest);
  // A folder without any card is an image, not a machine: which names it will give nobody knows.
  if (cards.length === 0) return { steps: [], notices: [] };
  const foreign = byForeignMac(configuration, cards);
  const missing = missingNames(configuration, await interfaceNames(guest));
  if (missing.length === 0) return { steps: [], notices: foreign };
  const free = cards.filter(nic => !nic.up && !configuration.claims.some(claim => claims(claim, nic)));
  const question: Question = { missing, free, cards: cards.length, adapters, remembered };
  const { pairs, notices } = counterparts(question);
  return { steps: pairs.map(stepFor), notices: [...foreign, ...notices] };
};

/** Which card has which name now, for the next machine; what is known of names that no card has here stays known. */
export const rememberedNow = async (
  guest: Guest,
  adapters: readonly Adapter[],
  before: readonly Remembered[],
): Promise<Remembered[]> => {
  const configuration = await networkConfiguration(guest);
  const wanted = configuration.claims.map(({ name }) => name);
  const now = (await nics(guest))
    .filter(({ name }) => wanted.includes(name))
    .map(({ name, mac }) => ({
      name,
      mac,
      network: adapters.find(adapter => adapter.mac.toLowerCase() === mac)?.network ?? null,
    }));
  const gone = before.filter(({ name }) => wanted.includes(name) && !now.some(one => one.name === name));
  return [...now, ...gone].slice(0, 64);
};
