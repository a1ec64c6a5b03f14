/** From the configuration and the cards of a machine to the file that gives a card its name, and back. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { addressesAction } from '../../src/actions/addresses.ts';
import { openGuest } from '../../src/guest/open.ts';
import { planAddresses, rememberedNow } from '../../src/network/steps.ts';
import { openJournal } from '../../src/state/journal.ts';
import { card, machine } from './machine.ts';

const MAC = '00:0c:29:11:22:33';
const OTHER = '52:54:00:11:22:33';
const STATIC = { '/etc/network/interfaces': 'auto ens192\niface ens192 inet static\n\taddress 192.0.2.3/24\n' };
const LINK = '/etc/systemd/network/70-enlighten-ens192.link';

const planned = async (root: string) => {
  const { steps, notices } = await planAddresses(openGuest(root), [], []);
  return { steps: steps.map(({ id, desired }) => `${id} ${desired}`), notices: notices.map(({ code }) => code) };
};

test('an address configured for a name nobody has: the single card gets it', async () => {
  assert.deepEqual(await planned(machine([{ name: 'enp6s18', mac: MAC }], STATIC)), {
    steps: [`addresses:ens192 ${MAC}`],
    notices: [],
  });
});

test('nothing is done where the name is there, the card is up or configured, or there is no card at all', async () => {
  const none = { steps: [], notices: [] };
  const noCard = { steps: [], notices: ['address-no-card'] };
  assert.deepEqual(await planned(machine([{ name: 'ens192', mac: MAC }], STATIC)), none);
  assert.deepEqual(await planned(machine([{ name: 'ens3', mac: MAC, up: true }], STATIC)), noCard);
  assert.deepEqual(await planned(machine([], STATIC)), none);
  const configured = {
    '/etc/network/interfaces': `${STATIC['/etc/network/interfaces']}auto ens3\niface ens3 inet dhcp\n`,
  };
  assert.deepEqual(await planned(machine([{ name: 'ens3', mac: MAC }], configured)), noCard);
  const twins = machine(
    [
      { name: 'ens3', mac: MAC },
      { name: 'ens4', mac: MAC },
    ],
    STATIC,
  );
  assert.deepEqual(await planned(twins), none);
});

test('configured for the MAC address of a card that is elsewhere: told', async () => {
  const root = machine([{ name: 'ens3', mac: OTHER }], {
    '/usr/sbin/netplan': '',
    '/etc/netplan/a.yaml': `network: {ethernets: {lan: {match: {macaddress: "${MAC}"}, dhcp4: true}}}\n`,
  });
  assert.deepEqual(await planned(root), { steps: [], notices: ['address-by-mac'] });
});

test('applied: a .link file by MAC address; undone: no trace; what somebody else made of it stays', async () => {
  const root = machine([{ name: 'enp6s18', mac: MAC }], STATIC);
  const guest = openGuest(root);
  const journal = openJournal(guest);
  const [step] = (await planAddresses(guest, [], [])).steps;
  assert.ok(step);
  assert.equal((await addressesAction.check(step, guest)).state, 'pending');
  await addressesAction.apply(step, guest, journal);
  assert.match(
    readFileSync(root + LINK, 'utf8'),
    new RegExp(`^\\[Match\\]\\nMACAddress=${MAC}\\nType=ether\\n\\n\\[Link\\]\\nName=ens192$`, 'm'),
  );
  assert.equal((await addressesAction.check(step, guest)).state, 'satisfied');
  const [entry] = await journal.entries();
  assert.ok(entry);
  assert.equal(await addressesAction.everywhere?.(entry, guest), true);
  assert.equal(await addressesAction.everywhere?.(entry, openGuest(machine([{ name: 'eth0', mac: OTHER }]))), false);
  await addressesAction.undo(entry, guest, journal);
  assert.equal(existsSync(root + LINK), false);
  assert.deepEqual(await journal.entries(), []);

  await addressesAction.apply(step, guest, journal);
  await guest.replace(LINK, '# mine\n');
  for (const one of await journal.entries()) await addressesAction.undo(one, guest, journal);
  assert.equal(readFileSync(root + LINK, 'utf8'), '# mine\n');
});

test('which card has which name is remembered, with its network, and kept while nobody has the name', async () => {
  const adapters = [{ mac: MAC.toUpperCase(), network: 'front', unitNumber: 7 }];
  const there = machine([{ name: 'ens192', mac: MAC }], STATIC);
  const remembered = await rememberedNow(openGuest(there), adapters, []);
  assert.deepEqual(remembered, [{ name: 'ens192', mac: MAC, network: 'front' }]);
  const here = machine(
    [
      { name: 'ens18', mac: '52:54:00:00:00:01' },
      { name: 'ens19', mac: OTHER },
    ],
    STATIC,
  );
  assert.deepEqual(await rememberedNow(openGuest(here), [], remembered), remembered);
  const { steps } = await planAddresses(
    openGuest(here),
    [{ mac: OTHER, network: 'front', unitNumber: null }],
    remembered,
  );
  assert.deepEqual(
    steps.map(({ mac }) => mac),
    [OTHER],
  );
  card(here, { name: 'ens20', mac: MAC });
  assert.deepEqual(
    (await planAddresses(openGuest(here), [], remembered)).steps.map(({ mac }) => mac),
    [MAC],
  );
});
