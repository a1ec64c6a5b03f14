import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { aliasTable, globMatches } from '../../src/kernel/aliases.ts';

test('patterns mean what they mean to a shell', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ':'), maxLength: 8 });
  const part = fc.constantFrom('a', 'b', ':', '*', '?', '[ab]', '[!a]', '[a-b]', '[b-c:]');
  const pattern = fc.array(part, { maxLength: 6 }).map(parts => parts.join(''));
  const pairs = fc.sample(fc.tuple(pattern, text), 2000);
  const script = 'LC_ALL=C; while IFS=" " read -r p t; do [[ $t == $p ]] && echo 1 || echo 0; done';
  const input = pairs.map(([p, t]) => `x${p} x${t}\n`).join('');
  const answers = execFileSync('bash', ['-c', script], { input }).toString().trim().split('\n');
  const matched = pairs.filter(([p, t], at) => {
    assert.equal(globMatches(p, t), answers[at] === '1', `${p} against ${t}`);
    return answers[at] === '1';
  });
  assert.ok(matched.length > 50, 'the sample must hold matches');
});

test('no pattern takes long, however it was made', () => {
  const started = performance.now();
  assert.equal(globMatches(`${'a*'.repeat(500)}b`, 'a'.repeat(4000)), false);
  assert.ok(performance.now() - started < 1000);
});

test('any text without pattern characters is its own alias, in a file and compiled in', () => {
  const plain = fc.string({ minLength: 1 }).filter(text => !/[*?[\s]/.test(text));
  fc.assert(
    fc.property(plain, text => {
      assert.deepEqual(aliasTable(`alias ${text} some-module\n`, '')(text), ['some_module']);
      assert.deepEqual(aliasTable('', `license=GPL\0some-module.alias=${text}\0`)(text), ['some_module']);
    }),
  );
});

test('any bytes make a table', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, modalias) => {
      const text = Buffer.from(bytes).toString('latin1');
      assert.deepEqual(aliasTable(text, text)(`surely-not:${modalias}`), []);
    }),
  );
});
