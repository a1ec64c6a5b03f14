/** The whole life of a trial, as design.md tells it, written down a second time: every state with every event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TrialEvent, transition, trialStates } from '../../../src/kernel/trial/table.ts';

/** One row a state, one column an event in the order of `columns`; `-`: means nothing there. */
const columns = [
  ...['arm', 'nonce-booted', 'not-started', 'spent-unseen', 'other-boot', 'checks-passed', 'check-failed', 'deadline'],
  ...['by-hand', 'firmware-boot', 'machine-changed', 'retry', 'undone'],
] as const satisfies readonly TrialEvent[];
/** The compiler's word that no event is missing. */
const events: readonly (TrialEvent extends (typeof columns)[number] ? TrialEvent : never)[] = columns;
const expected: Record<string, string[]> = {
  none: ['armed', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'none forget', '-', '-'],
  armed: [
    ...['-', 'running', 'none disarm', 'rolled-back disarm', '-', '-', '-', '-'],
    ...['rolled-back disarm', '-', 'none forget', '-', 'none forget'],
  ],
  running: [
    ...['-', '-', '-', '-', 'rolled-back disarm', 'confirmed promote', 'rolled-back disarm return'],
    ...['rolled-back disarm return', 'rolled-back disarm return', '-', 'none forget', '-', 'none forget return'],
  ],
  confirmed: [
    ...['armed', '-', '-', '-', '-', '-', '-', '-'],
    ...['rolled-back forget return', 'settled', 'none forget', '-', 'none forget'],
  ],
  settled: [
    ...['armed', '-', '-', '-', '-', '-', '-', '-'],
    ...['rolled-back forget return', '-', 'none forget', '-', 'none forget'],
  ],
  'rolled-back': ['armed', '-', '-', '-', '-', '-', '-', '-', '-', '-', 'none forget', 'none', 'none forget'],
};

test('every state with every event', () => {
  assert.deepEqual([...trialStates].sort(), Object.keys(expected).sort());
  for (const state of trialStates) {
    const row = events.map(event => {
      const next = transition(state, event);
      return next === null ? '-' : [next.to, ...next.effects].join(' ');
    });
    assert.deepEqual(row, expected[state], state);
  }
});

const all = trialStates.flatMap(from =>
  events.flatMap(event => {
    const next = transition(from, event);
    return next === null ? [] : [{ from, event, ...next }];
  }),
);

test('nothing leads to confirmed but passed checks of a running trial', () => {
  const ways = all.filter(({ to }) => to === 'confirmed').map(({ from, event }) => `${from} ${event}`);
  assert.deepEqual(ways, ['running checks-passed']);
  const promotions = all.filter(({ effects }) => effects.includes('promote')).map(({ to }) => to);
  assert.deepEqual(promotions, ['confirmed']);
});

test('whoever ends a trial or a kernel also tells the loader', () => {
  for (const { from, event, to, effects } of all) {
    if (to !== 'rolled-back' && to !== 'none') continue;
    if (event === 'retry') continue; // only lifts the verdict; the loader was told when it was spoken
    assert.ok(effects.includes('disarm') || effects.includes('forget'), `${from} ${event}`);
  }
});

test('another machine starts at none from everywhere', () => {
  for (const state of trialStates) assert.equal(transition(state, 'machine-changed')?.to, 'none');
});

test('the agent leaves a kernel by a reboot only when that kernel may be running', () => {
  for (const { from, effects } of all) {
    if (effects.includes('return')) assert.ok(['running', 'confirmed', 'settled'].includes(from));
  }
});
