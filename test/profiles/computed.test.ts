import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { computedHere } from '../../src/profiles/computed.ts';
import { compute, mistakeIn } from '../../src/profiles/expression.ts';
import { atLeast, facts, line, profile } from './world.ts';

const here = facts({ memory: 4_000_000_007, cpus: 6 });

test('values of every section are computed from the facts, exactly; the others stay', async () => {
  const because = { reason: 'because', reference: 'https://example.org/' };
  const { profile: found, notices } = await computedHere(
    profile('p', {
      sysctl: { 'vm.a': line('= memory * 30 / 100'), 'vm.b': atLeast('= max(2048, cpus * 100)'), 'vm.c': line('7') },
      block: [{ driver: ['virtio_blk'], nr_requests: '= min(cpus, 4) * 32', ...because }],
      modules: [{ module: 'm', parameter: 'p', value: '= hypervisor + "/" + string(cpus)', ...because }],
    }),
    here,
  );
  assert.deepEqual(notices, []);
  assert.deepEqual(
    Object.values(found.sysctl).map(({ value, atLeast: least }) => value ?? least),
    ['1200000002', '2048', '7'],
  );
  assert.equal(found.block[0]?.nr_requests, '128');
  assert.equal(found.modules[0]?.value, 'kvm/6');
});

test('what cannot be computed here is a Notice, and its line alone is left out', async () => {
  const { profile: found, notices } = await computedHere(
    profile('p', {
      sysctl: {
        'vm.a': line('= memory / 10'),
        'vm.b': line('= 1 / (cpus - cpus)'),
        'vm.c': line('= cpus * 9223372036854775807'),
        'vm.d': line('= cpus'),
      },
    }),
    facts({ memory: null }),
  );
  assert.deepEqual(Object.keys(found.sysctl), ['vm.d']);
  assert.deepEqual(
    notices.map(({ code, subject }) => `${code} ${subject}`),
    ['value-not-computed vm.a', 'value-not-computed vm.b', 'value-not-computed vm.c'],
  );
});

test('a profile without expressions is the very same', async () => {
  const plain = profile('p', { sysctl: { 'vm.a': line('1') } });
  assert.equal((await computedHere(plain, here)).profile, plain);
});

test('whatever is written, it ends with one line of text or a reason, and reaches nothing', () => {
  const words = fc.constantFrom(
    ...[
      'memory',
      'cpus',
      'hypervisor',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '.',
      ',',
      '+',
      '*',
      '/',
      '%',
      '?',
      ':',
      '"',
      "'",
      ' ',
    ],
    ...[
      '1',
      '99999999999999999999',
      'map',
      'constructor',
      '__proto__',
      'process',
      'globalThis',
      'string',
      '\n',
      '=',
      '!',
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words).map(parts => parts.join('')),
      ),
      text => {
        const value = `=${text}`;
        const result = compute(value, here);
        if ('text' in result) assert.match(result.text, /^[^\n]+$/);
        if (mistakeIn(value) === null && 'text' in result) assert.doesNotMatch(result.text, /function|object/);
      },
    ),
    { numRuns: 500 },
  );
});

test('what would take long is refused in bounded processor time', () => {
  const nested = `= ${'('.repeat(20_000)}1${')'.repeat(20_000)}`;
  const wide = `= ${'1 + '.repeat(20_000)}1`;
  const lists = `= [1,2,3].map(a, [1,2,3].map(b, [1,2,3].map(c, a + b + c))).size()`;
  const began = process.cpuUsage();
  for (const value of [nested, wide]) assert.notEqual(mistakeIn(value), null);
  mistakeIn(lists);
  const { user, system } = process.cpuUsage(began);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});
