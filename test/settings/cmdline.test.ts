import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromCommandLine } from '../../src/settings/candidates.ts';
import { missingFrom, parseCommandLine, withWords } from '../../src/settings/cmdline.ts';

const examples: Record<string, [string, string | null][]> = {
  'BOOT_IMAGE=/vmlinuz root=UUID=1-2 ro quiet\n': [
    ['BOOT_IMAGE', '/vmlinuz'],
    ['root', 'UUID=1-2'],
    ['ro', null],
    ['quiet', null],
  ],
  'a="b c" d': [
    ['a', 'b c'],
    ['d', null],
  ],
  '"a=b c" d=1': [
    ['a', 'b c'],
    ['d', '1'],
  ],
  'a=b" c"d': [['a', 'b" c"d']],
  'a="b c': [['a', 'b c']],
  'a="': [['a', '']],
  '"a b': [['a b', null]],
  '"a=b"c': [['a', 'b"c']],
  '""': [['', null]],
  '==': [['=', '']],
  'a=b=c': [['a', 'b=c']],
  'a= =b': [
    ['a', ''],
    ['=b', null],
  ],
  'x -- enlighten.trial=1': [
    ['x', null],
    ['--', null],
    ['enlighten.trial', '1'],
  ],
  '': [],
};

for (const [text, parameters] of Object.entries(examples)) {
  test(`the command line ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseCommandLine(text), parameters);
  });
}

const key = fc.string({ unit: fc.constantFrom('a', 'B', '.', '_', '-', '1'), minLength: 1, maxLength: 8 });
const value = fc.string({ unit: fc.constantFrom('x', '=', ' ', '\t', ',', '/', '.'), maxLength: 8 });

test('what is written with quotes, around the value or all of it, comes back', () => {
  const written = fc.tuple(key, fc.option(value), fc.boolean()).map(([name, text, around]) => ({
    parameter: [name, text],
    line: text === null ? name : around ? `"${name}=${text}"` : `${name}="${text}"`,
  }));
  fc.assert(
    fc.property(fc.array(written), fc.constantFrom(' ', '  ', '\t', ' \n'), (parameters, space) => {
      const line = parameters.map(({ line }) => line).join(space);
      assert.deepEqual(
        parseCommandLine(line),
        parameters.map(({ parameter }) => parameter),
      );
    }),
  );
});

test('only white space outside quotes separates', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '=', '"', ' '), maxLength: 24 });
  fc.assert(
    fc.property(text, line => {
      const outside = line.split('"').map((part, at) => (at % 2 === 0 ? part : part.replaceAll(' ', '_')));
      const words = outside
        .join('"')
        .split(' ')
        .filter(word => word !== '');
      assert.equal(parseCommandLine(line).length, words.length);
    }),
    { numRuns: 2000 },
  );
});

test('a long command line takes no time', { timeout: 5000 }, () => {
  for (const unit of ['a', '"', ' ', '="', 'a="b c" ']) parseCommandLine(unit.repeat(65536 / unit.length));
});

test('of the command line, ours without the protocol with the boot loader', () => {
  const line =
    'quiet enlighten=off enlighten.kernel=cloud enlighten.debug enlighten.trial=f00 enlighten.entry=x enlightened=1';
  assert.deepEqual(fromCommandLine(line), [
    { source: 'command-line', key: 'mode', value: 'off' },
    { source: 'command-line', key: 'kernel', value: 'cloud' },
    { source: 'command-line', key: 'debug', value: null },
  ]);
});

test('of several parameters of one name the last counts, and `-` is `_`', () => {
  assert.deepEqual(missingFrom('ro a.b=1 a.b=2', ['a.b=2', 'a.b=1', 'c=3']), ['a.b=1', 'c=3']);
  assert.deepEqual(missingFrom('log-buf-len=1M', ['log_buf_len=1M']), []);
});

test('words are added once, before what is init’s', () => {
  const rows: [before: string, after: string][] = [
    ['root=/dev/vda1 ro', 'root=/dev/vda1 ro a=1'],
    ['ro a=1', 'ro a=1'],
    ['ro a=2', 'ro a=2 a=1'],
    ['ro -- single', 'ro a=1 -- single'],
    ['ro --', 'ro a=1 --'],
    ['ro c=--x', 'ro c=--x a=1'],
    ['', 'a=1'],
  ];
  for (const [before, after] of rows) assert.equal(withWords(before, ['a=1']), after);
});

test('whatever the command line, afterwards the words hold, and nothing that stood there is gone', () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}=[a-z0-9]{1,6}$/);
  fc.assert(
    fc.property(fc.array(word), fc.uniqueArray(word, { selector: it => it.split('=')[0] }), (before, words) => {
      const after = withWords(before.join(' '), words);
      assert.deepEqual(missingFrom(after, words), []);
      assert.ok(after.startsWith(before.join(' ')));
    }),
  );
});
