import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions } from '../../src/kernel/version.ts';

const dpkgSays = (a: string, b: string): number => {
  const holds = (relation: string) => spawnSync('dpkg', ['--compare-versions', a, relation, b]).status === 0;
  return holds('lt') ? -1 : Number(holds('gt'));
};

test('orders versions as dpkg does', () => {
  const versions = [
    '6.1.0',
    '6.1.9',
    '6.1.0~rc1',
    '6.12.9',
    '6.1.10',
    '6.1',
    '6.12.9+bpo',
    '06.1.0',
    '6.1.0a',
    '6.1.a',
    '6.1.0+b1',
  ];
  for (const a of versions) {
    for (const b of versions.slice(0, 5)) assert.equal(Math.sign(compareVersions(a, b)), dpkgSays(a, b), `${a} ${b}`);
  }
});

test('is an order', () => {
  const text = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', '~', '-', '.', '+'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), -Math.sign(compareVersions(b, a)) + 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
    }),
  );
});
