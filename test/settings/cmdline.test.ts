import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromCommandLine } from '../../src/settings/candidates.ts';
import { parseCommandLine } from '../../src/settings/cmdline.ts';

/** The kernel's own next_arg (lib/cmdline.c, Linux 6.12), transcribed statement by statement: what it says is right. */
const asTheKernel = (text: string): [string, string | null][] => {
  const parameters: [string, string | null][] = [];
  const isSpace = (c: string | undefined) => c !== undefined && ' \t\n\v\f\r'.includes(c);
  let at = 0;
  for (;;) {
    while (isSpace(text[at])) at += 1;
    if (at >= text.length) return parameters;
    let inQuote = false;
    let quoted = false;
    let equals = 0;
    if (text[at] === '"') {
      at += 1;
      inQuote = true;
      quoted = true;
    }
    const args = text.slice(at);
    let i = 0;
    for (; i < args.length; i += 1) {
      if (isSpace(args[i]) && !inQuote) break;
      if (equals === 0 && args[i] === '=') equals = i;
      if (args[i] === '"') inQuote = !inQuote;
    }
    let end = i;
    if (quoted && i > 0 && args[i - 1] === '"') end = i - 1;
    if (equals === 0) parameters.push([args.slice(0, end), null]);
    else {
      let from = equals + 1;
      if (args[from] === '"' && from < i) {
        from += 1;
        if (args[i - 1] === '"') end = i - 1;
      }
      parameters.push([args.slice(0, equals), args.slice(from, Math.max(from, end))]);
    }
    at += i;
  }
};

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
    assert.deepEqual(asTheKernel(text), parameters, 'the kernel');
  });
}

test('every command line is split as the kernel does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '=', '"', ' ', '\t', '.'), maxLength: 24 });
  fc.assert(
    fc.property(text, line => assert.deepEqual(parseCommandLine(line), asTheKernel(line), JSON.stringify(line))),
    { numRuns: 5000 },
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
