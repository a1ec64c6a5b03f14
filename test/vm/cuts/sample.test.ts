import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampled } from './sample.ts';

const moments = (prints: string): { at: number; print: string }[] => [...prints].map((print, at) => ({ at, print }));

test('what changed comes before what did not, in the order of time', () => {
  const at = (prints: string, count: number): number[] => sampled(moments(prints), count).map(one => one.at);
  assert.deepEqual(at('aaabbbbbccc', 3), [0, 3, 8]);
  assert.deepEqual(at('aaabbbbbccc', 5), [0, 1, 3, 8, 10]);
  assert.deepEqual(at('abcdefghij', 4), [0, 3, 6, 9]);
  assert.deepEqual(at('ab', 20), [0, 1]);
  assert.deepEqual(at('', 20), []);
});

test('as many as asked for where there are so many, none twice', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[abc]{0,60}$/), fc.integer({ min: 1, max: 30 }), (prints, count) => {
      const chosen = sampled(moments(prints), count).map(({ at }) => at);
      assert.equal(new Set(chosen).size, Math.min(count, prints.length));
    }),
  );
});
