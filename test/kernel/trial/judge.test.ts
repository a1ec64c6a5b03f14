import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BootSeen, judge } from '../../../src/kernel/trial/judge.ts';
import { type TrialState, trialStates } from '../../../src/kernel/trial/table.ts';
import { freshState, noTrial, type State, type Trial } from '../../../src/state/state.ts';

const machine = { product: 'p1', root: 'r1' };
const stateOf = (state: TrialState, more: Partial<Trial> = {}): State => ({
  ...freshState(machine),
  trial: { ...noTrial, state, kernel: 'new', previous: 'old', nonce: 'n1', armedBoot: 'b1', ...more },
});
const quiet = { trial: null, nonce: null, proven: null, marked: true };
const seenAs = (more: Partial<BootSeen>): BootSeen => ({
  ...{ bootId: 'b2', nonce: null, release: 'old', entry: null, initrds: [], commandLine: 'ro', machine, loader: quiet },
  ...more,
});
const verdictOf = (state: State, seen: Partial<BootSeen>): string => {
  const verdict = judge(state, seenAs(seen));
  return verdict === null ? '-' : [verdict.event, verdict.cause].filter(Boolean).join(' ');
};
const spent = { ...quiet, trial: 'spent', nonce: 'n1' } as const;

const running = stateOf('running', { runningBoot: 'b2' });
const withWord = stateOf('confirmed', { arguments: ['a.b=1'] });
const withOurs = stateOf('confirmed', { initramfsPath: '/boot/i.enlighten' });
const situations: [string, State, Partial<BootSeen>, string][] = [
  ['armed, still the same boot', stateOf('armed'), { bootId: 'b1' }, '-'],
  ['armed, the same boot, whatever the command line says', stateOf('armed'), { bootId: 'b1', nonce: 'n1' }, '-'],
  ['armed, our nonce', stateOf('armed'), { nonce: 'n1', release: 'new', loader: spent }, 'nonce-booted'],
  ['armed, our nonce, though the release is the old one', stateOf('armed'), { nonce: 'n1' }, 'nonce-booted'],
  ['armed, another nonce', stateOf('armed'), { nonce: 'n2', release: 'new' }, 'not-started'],
  ['armed, the new release without the nonce', stateOf('armed'), { release: 'new' }, 'not-started'],
  ['armed, spent, and the old kernel', stateOf('armed'), { loader: spent }, 'spent-unseen no-userspace'],
  ['armed, spent for another trial', stateOf('armed'), { loader: { ...spent, nonce: 'n0' } }, 'not-started'],
  ['armed, still armed', stateOf('armed'), { loader: { ...spent, trial: 'armed' } }, 'not-started'],
  ['running, the same boot', running, { nonce: 'n1', release: 'new' }, '-'],
  ['running, another boot', running, { bootId: 'b3' }, 'other-boot unconfirmed-reset'],
  ['running, another boot with the nonce', running, { bootId: 'b3', nonce: 'n1' }, 'other-boot unconfirmed-reset'],
  ['confirmed, the trial boot goes on', stateOf('confirmed'), { nonce: 'n1', release: 'new' }, '-'],
  ['confirmed, through the firmware', stateOf('confirmed'), { bootId: 'b3', release: 'new' }, 'firmware-boot'],
  ['confirmed, its own arguments', withWord, { release: 'new', commandLine: 'ro a.b=1' }, 'firmware-boot'],
  ['confirmed, and the loader started the kernel without them', withWord, { release: 'new' }, '-'],
  ['confirmed, its own initramfs', withOurs, { release: 'new', entry: 'proven' }, 'firmware-boot'],
  [
    'confirmed, and the loader fell back to the vendor’s initramfs',
    withOurs,
    { release: 'new', entry: 'universal' },
    '-',
  ],
  ['confirmed, the loader names ours', withOurs, { release: 'new', initrds: ['\\a\\i.enlighten'] }, 'firmware-boot'],
  ['confirmed, the loader names another', withOurs, { release: 'new', initrds: ['\\a\\i'] }, '-'],
  ['confirmed, the old kernel', stateOf('confirmed'), { bootId: 'b3' }, '-'],
  ['settled', stateOf('settled'), { bootId: 'b9', release: 'new' }, '-'],
  ['rolled back', stateOf('rolled-back'), { bootId: 'b9', loader: spent }, '-'],
  ['none, with a nonce of somebody', stateOf('none', { nonce: null }), { nonce: 'n1' }, '-'],
  ['another product', stateOf('armed'), { nonce: 'n1', machine: { product: 'p2', root: 'r1' } }, 'machine-changed'],
  ['another root', stateOf('settled'), { machine: { product: 'p1', root: 'r2' } }, 'machine-changed'],
  ['an unknown product', running, { nonce: 'n1', machine: { product: null, root: 'r1' } }, '-'],
  ['nothing known', running, { nonce: 'n1', machine: { product: null, root: null } }, '-'],
  ['unknown product, another root', running, { nonce: 'n1', machine: { product: null, root: 'x' } }, 'machine-changed'],
];

for (const [name, state, seen, expected] of situations) {
  test(name, () => assert.equal(verdictOf(state, seen), expected));
}

test('firmware that had no UUID and has one now is another machine; a root that was unknown is not', () => {
  const state = { ...stateOf('settled'), machine: { product: null, root: null } };
  assert.equal(verdictOf(state, { machine: { product: null, root: 'r2' } }), '-');
  assert.equal(verdictOf(state, { machine: { product: 'p2', root: 'r2' } }), 'machine-changed');
});

test('without the nonce, and in the boot that armed it, it is never the trial', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const orNull = fc.option(word);
  const trial = fc.record({ nonce: orNull, armedBoot: orNull, runningBoot: orNull, kernel: orNull });
  const loader = fc.record({
    trial: fc.constantFrom('armed', 'spent', null),
    nonce: orNull,
    proven: orNull,
    marked: fc.boolean(),
  });
  const seen = fc.record({ bootId: word, nonce: orNull, release: word, loader });
  fc.assert(
    fc.property(fc.constantFrom(...trialStates), trial, seen, (state, more, boot) => {
      const event = judge(stateOf(state, more), seenAs(boot))?.event;
      if (event === 'nonce-booted') {
        assert.ok(state === 'armed' && boot.nonce !== null && boot.nonce === more.nonce);
        assert.notEqual(boot.bootId, more.armedBoot);
      }
      assert.notEqual(event, 'checks-passed');
    }),
    { numRuns: 500 },
  );
});
