/** Every capture in test/fixtures/captures tells here what it told where it was taken. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAPTURES, type Concluded, gistOf, replayed } from './replayed.ts';

const SUFFIX = '.tar.gz';

const names = readdirSync(CAPTURES).filter(name => name.endsWith(SUFFIX));

test('there are captures, each with what was concluded', () => {
  assert.ok(names.length > 0);
  const expectations = names.map(name => `${name.slice(0, -SUFFIX.length)}.json`);
  assert.deepEqual(readdirSync(CAPTURES).sort(), [...names, ...expectations, 'README.md'].sort());
});

for (const name of names)
  test(`${name} is detected and planned for as it was`, () => {
    const expected: Concluded = JSON.parse(readFileSync(join(CAPTURES, name.replace(SUFFIX, '.json')), 'utf8'));
    const again = replayed(join(CAPTURES, name));
    assert.deepEqual(gistOf(again, expected), gistOf(expected, expected));
  });
