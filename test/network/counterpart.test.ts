/** Which card is meant: what is obvious, and that nothing else is guessed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Adapter, counterparts, type Question, type Remembered } from '../../src/network/counterpart.ts';
import type { Nic } from '../../src/network/nics.ts';

const mac = (last: number): string => `00:0c:29:00:00:${last.toString(16).padStart(2, '0')}`;
const nic = (name: string, last: number): Nic => ({ name, mac: mac(last), driver: 'virtio_net', up: false });
const adapter = (last: number, network: string, unitNumber: number | null = null): Adapter => ({
  mac: mac(last).toUpperCase(),
  network,
  unitNumber,
});
const known = (name: string, last: number, network: string | null = null): Remembered => ({
  name,
  mac: mac(last),
  network,
});

const answer = (question: Partial<Question>) => {
  const { pairs, notices } = counterparts({
    missing: [],
    free: [],
    cards: question.free?.length ?? 0,
    adapters: [],
    remembered: [],
    ...question,
  });
  return {
    pairs: Object.fromEntries(pairs.map(pair => [pair.name, pair.nic.name])),
    notices: notices.map(({ code, subject }) => `${code} ${subject}`),
  };
};

test('the single card of an appliance', () => {
  assert.deepEqual(answer({ missing: ['ens192'], free: [nic('enp6s18', 1)] }), {
    pairs: { ens192: 'enp6s18' },
    notices: [],
  });
  assert.deepEqual(answer({ missing: ['eth0'], free: [nic('ens3', 1)] }).pairs, { eth0: 'ens3' });
});

test('the card that had the name before, whatever else is there', () => {
  const free = [nic('ens18', 1), nic('ens19', 2)];
  assert.deepEqual(answer({ missing: ['ens192'], free, remembered: [known('ens192', 2)] }).pairs, { ens192: 'ens19' });
  assert.deepEqual(answer({ missing: ['ens192', 'ens224'], free, remembered: [known('ens192', 2)] }).pairs, {
    ens192: 'ens19',
    ens224: 'ens18',
  });
});

test('the card on the network of the same name', () => {
  const free = [nic('ens18', 1), nic('ens19', 2)];
  const adapters = [adapter(1, 'back'), adapter(2, 'front')];
  const remembered = [known('ens192', 8, 'front'), known('ens224', 9, 'back')];
  assert.deepEqual(answer({ missing: ['ens192', 'ens224'], free, adapters, remembered }), {
    pairs: { ens192: 'ens19', ens224: 'ens18' },
    notices: [],
  });
  // Two cards on one network: which of them it is nobody knows.
  assert.deepEqual(
    answer({ missing: ['ens192', 'ens224'], free, adapters: [adapter(1, 'front'), adapter(2, 'front')], remembered })
      .pairs,
    {},
  );
});

test("in the order of the environment's adapters, when all of them are known", () => {
  const free = [nic('ens18', 1), nic('ens19', 2)];
  const adapters = [adapter(1, 'x', 8), adapter(2, 'x', 7)];
  assert.deepEqual(answer({ missing: ['ens224', 'ens33'], free, adapters }).pairs, { ens33: 'ens19', ens224: 'ens18' });
  assert.deepEqual(answer({ missing: ['ens224', 'ens33'], free, adapters: adapters.slice(1) }).pairs, {});
});

test('what is not obvious is told, and nothing is done', () => {
  const free = [nic('ens18', 1), nic('ens19', 2)];
  assert.deepEqual(answer({ missing: ['ens192'], free }), { pairs: {}, notices: ['address-ambiguous ens192'] });
  assert.deepEqual(answer({ missing: ['ens192'], free: [], cards: 1 }), {
    pairs: {},
    notices: ['address-no-card ens192'],
  });
  assert.deepEqual(answer({ missing: ['eth0'], free: [nic('ens18', 1)], cards: 2 }), {
    pairs: {},
    notices: ['address-kernel-name eth0'],
  });
});

test('no card gets two names, no name two cards, and every name is paired or told', () => {
  const last = fc.integer({ min: 1, max: 5 });
  const name: fc.Arbitrary<string> = fc.constantFrom('ens33', 'ens192', 'ens224', 'eth0', 'lan0');
  const network = fc.constantFrom('front', 'back', null);
  const question = fc.record({
    missing: fc.uniqueArray(name, { maxLength: 4 }),
    free: fc.uniqueArray(last, { maxLength: 4 }).map(all => all.map(one => nic(`ens${one}`, one))),
    cards: fc.integer({ min: 4, max: 6 }),
    adapters: fc.array(
      fc.tuple(last, network, fc.option(last)).map(([one, net, unit]) => adapter(one, net ?? 'x', unit)),
    ),
    remembered: fc.array(fc.tuple(name, last, network).map(([one, number, net]) => known(one, number, net))),
  });
  fc.assert(
    fc.property(question, asked => {
      const { pairs, notices } = counterparts(asked);
      assert.equal(new Set(pairs.map(pair => pair.name)).size, pairs.length);
      assert.equal(new Set(pairs.map(pair => pair.nic)).size, pairs.length);
      assert.ok(pairs.every(pair => asked.missing.includes(pair.name) && asked.free.includes(pair.nic)));
      assert.equal(pairs.length + notices.length, asked.missing.length);
    }),
  );
});
