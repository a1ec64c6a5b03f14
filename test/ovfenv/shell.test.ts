/** The export as real shells read it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { assignments } from '../../src/ovfenv/shell.ts';

const shells: Record<string, string[]> = { dash: ['dash'], bash: ['bash'], busybox: ['busybox', 'sh'] };
const folder = mkdtempSync(join(tmpdir(), 'shell-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the variables hold after `eval "$(…)"`, of each name. */
const evaluated = ([program = '', ...args]: string[], text: string, names: string[]): string[] => {
  const file = join(folder, 'export');
  writeFileSync(file, text);
  const script = ['set -u', `eval "$(cat '${file}')"`, ...names.map(name => `printf '%s\\000' "$${name}"`)].join('\n');
  const out = execFileSync(program, [...args, '-c', script], { cwd: folder, env: { PATH: process.env['PATH'] } });
  return out.toString('utf8').split('\0').slice(0, -1);
};

/** What XML can hold, and much of what a shell takes for its own. */
const character = fc.oneof(
  fc.constantFrom(...'\'"\\$`!*?[]{}()<>|&;#~=%^ \t\n\r-@:/'),
  fc.constantFrom(
    '$(touch oops)',
    '`touch oops`',
    "'; touch oops; '",
    '$IFS$(',
    '\\\n',
    "$'\\x41'",
    "'\\''",
    '!!',
    '\u0085',
    'é',
    '😀',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }).filter(text => !text.includes('\0') && text.isWellFormed()),
);
const text = fc.array(character, { maxLength: 12 }).map(parts => parts.join(''));

test('any value comes back from every shell, and nothing in it is run', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 12 }), values => {
      const names = values.map((_, at) => `OVF_k${at}`);
      const { text: exported } = assignments(Object.fromEntries(values.map((value, at) => [`k${at}`, value])));
      for (const [name, shell] of Object.entries(shells))
        assert.deepEqual(evaluated(shell, exported, names), values, name);
    }),
    { numRuns: 25 },
  );
  assert.deepEqual(execFileSync('ls', [folder], { encoding: 'utf8' }), 'export\n');
});

test('any key makes a name that is ours and that a shell can hold', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(text, fc.constantFrom('PATH', 'a.b', 'a_b', 'x=y', 'a\nb')), fc.constant('v')),
      properties => {
        const { text: exported, lost } = assignments(properties);
        const names = exported.split('\n').slice(0, -1);
        for (const line of names) assert.match(line, /^OVF_[A-Za-z0-9_]*='v'$/);
        assert.equal(new Set(names).size, names.length);
        assert.equal(names.length + lost.length, Object.keys(properties).length);
      },
    ),
  );
});

test('keys of one name: the one spelled like it wins, else the first; the others are told', () => {
  assert.deepEqual(assignments({ 'a.b': '1', a_b: '2', 'a-b': '3' }), { text: "OVF_a_b='2'\n", lost: ['a.b', 'a-b'] });
  assert.deepEqual(assignments({ 'a.b': '1', 'a-b': '3' }), { text: "OVF_a_b='1'\n", lost: ['a-b'] });
});

test('a mebibyte and an empty value', () => {
  const values = ['', "it's ".repeat(200_000), '\n\n'];
  const { text: exported } = assignments({ a: values[0] ?? '', b: values[1] ?? '', c: values[2] ?? '' });
  for (const shell of Object.values(shells)) {
    assert.deepEqual(evaluated(shell, exported, ['OVF_a', 'OVF_b', 'OVF_c']), values);
  }
});
