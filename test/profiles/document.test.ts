import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readProfile } from '../../src/profiles/document.ts';
import { profileJsonSchema } from '../../src/profiles/schema.ts';

const read = (text: string) => readProfile(text, 'f.yaml');
const because = 'reason: because, reference: "https://example.org/"';
const line = (name: string, rest: string) => `sysctl:\n  ${name}: { ${rest}, ${because} }\n`;

test('every value is text, and large numbers stay exact', () => {
  const { profile, notices } = read(`
name: big
sysctl:
  kernel.shmmax: { value: 18446744073692774399, ${because} }
  kernel.x: { value: no, ${because} }
  vm.y: { atLeast: 2048, ${because} }
`);
  assert.deepEqual(notices, []);
  assert.deepEqual(
    Object.values(profile?.sysctl ?? {}).map(({ value, atLeast }) => value ?? atLeast),
    ['18446744073692774399', 'no', '2048'],
  );
});

/** What is wrong → where, and what the Notice must say. */
const mistakes: [string, string, string, RegExp][] = [
  ['a misspelt key', 'name: x\nsysctls: {}\n', '2:1', /sysctls: not known here; allowed: name, extends, match, kernel/],
  [
    'a misspelt key inside',
    `name: x\nblock:\n  - driver: [nvme]\n    schedular: none\n    reason: r\n    reference: https://example.org/\n`,
    '4:5',
    /block › 0: schedular: not known here; allowed: driver, scheduler, read_ahead_kb/,
  ],
  ['no name', 'extends: y\n', '1:1', /name: is missing/],
  ['an unknown hypervisor', 'name: x\nmatch:\n  hypervisor: [kvm, vmwear]\n', '3:21', /allowed: kvm, qemu, xen/],
  ['no reason', 'name: x\nsysctl:\n  vm.a: { value: 1, reference: "https://e.org/" }\n', '3:3', /reason: is missing/],
  ['a reference that is none', 'name: x\nsysctl:\n  vm.a: { value: 1, reason: r, reference: KB 1 }\n', '3:32', /URL/],
  ['no sysctl name', `name: x\n${line('swappiness', 'value: 1')}`, '3:3', /such as vm.swappiness/],
  ['a way out of /proc/sys', `name: x\n${line('net.//.x', 'value: 1')}`, '3:3', /such as vm.swappiness/],
  ['both values', `name: x\n${line('vm.a', 'value: 1, atLeast: 1')}`, '3:3', /either value or atLeast/],
  [
    'an unknown variable',
    `name: x
${line('vm.a', 'value: "= memry / 10"')}`,
    '3:11',
    /Unknown variable: memry; allowed: memory \(bytes\), cpus/,
  ],
  [
    'an expression that stops',
    `name: x
${line('vm.a', 'value: "= 1 +"')}`,
    '3:11',
    /Unexpected token/,
  ],
  [
    'a fraction',
    `name: x
${line('vm.a', 'value: "= 0.3"')}`,
    '3:11',
    /gives double; expected a whole number or text/,
  ],
  [
    'a way into the program',
    `name: x
${line('vm.a', 'value: "= cpus.constructor"')}`,
    '3:11',
    /Cannot index/,
  ],
  [
    'two that exclude each other',
    `name: x\nsysctl:\n  vm.dirty_ratio: { value: 1, ${because} }\n  vm.dirty_bytes: { value: 9, ${because} }\n`,
    '3:3',
    /only one can hold/,
  ],
  [
    'a key twice',
    `name: x\nsysctl:\n  vm.a: { value: 1, ${because} }\n  vm.a: { value: 2, ${because} }\n`,
    '4:3',
    /vm.a is there twice/,
  ],
  ['an alias', 'name: &n x\nextends: *n\n', '2:10', /aliases are not allowed/],
  ['a tab', 'name: x\nsysctl:\n\tvm.a: 1\n', '3:1', /tab/i],
  ['an open quote', 'name: "x\n', '2:1', /quote/i],
  ['two documents', 'name: x\n---\nname: y\n', '2:1', /one document/],
  ['nothing', '', '1:1', /./],
  ['a list', '- name: x\n', '1:1', /expected a mapping/],
  [
    'a number that is none',
    `name: x\nblock:\n  - { driver: [nvme], nr_requests: many, ${because} }\n`,
    '3:23',
    /whole number/,
  ],
  [
    'a block line without effect',
    `name: x\nblock:\n  - { driver: [nvme], ${because} }\n`,
    '3:5',
    /at least one of scheduler/,
  ],
];
for (const [what, text, where, says] of mistakes) {
  test(`refused: ${what}`, () => {
    const { profile, notices } = read(text);
    assert.equal(profile, null);
    assert.match(notices[0]?.happened ?? '', says);
    assert.equal(notices[0]?.subject, `f.yaml:${where}`);
    assert.equal(notices[0]?.code, 'profile-invalid');
  });
}

test('a screenful of Notices is enough', () => {
  const { notices } = read(
    `name: x\n${Array.from({ length: 500 }, (_, i) => `k${i}: 1\n`).join('')}sysctl:\n${Array.from({ length: 500 }, (_, i) => `  k${i}: 1\n`).join('')}`,
  );
  assert.ok(notices.length > 0 && notices.length <= 8);
});

test('whatever the text is, reading ends with a profile or with Notices', () => {
  const words = fc.constantFrom(
    'name: x\n',
    'sysctl:',
    '\n  ',
    'vm.a',
    ': ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '&a ',
    '*a',
    '!!x ',
    '|\n',
    '__proto__',
    '%',
    '---\n',
    '\t',
    '\0',
    '\u2028',
    '? ',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map(parts => parts.join('')),
  );
  fc.assert(
    fc.property(text, garbage => {
      const { profile, notices } = read(garbage);
      assert.equal(profile === null, notices.length > 0);
      for (const { subject } of notices) assert.match(subject, /^f\.yaml:[1-9]\d*:[1-9]\d*$/);
    }),
    { numRuns: 400 },
  );
});

test('256 KiB of hostile text end in Notices, in bounded processor time', () => {
  const size = 256 * 1024;
  const bombs = ['[', '{a: ', '"', ']', '}', '- ', '? ', '! ', '&a ', '%x\n', '"\\x" '];
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
  for (const text of [...bombs.map(bomb => bomb.repeat(size / bomb.length)), keys]) {
    const began = process.cpuUsage();
    assert.equal(read(text).profile, null);
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 5_000_000, `${text.slice(0, 20)}: ${user + system} µs`);
  }
});

test('the JSON Schema comes from the same source', () => {
  const schema = profileJsonSchema();
  assert.deepEqual(schema.required, ['name']);
  assert.deepEqual(Object.keys(schema.properties ?? {}), [
    'name',
    'extends',
    'match',
    'kernel',
    'sysctl',
    'sysfs',
    'block',
    'network',
    'units',
    'clock',
    'modules',
    'initramfs',
    'commandLine',
  ]);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(
    JSON.parse(readFileSync(new URL('../../schemas/profile.json', import.meta.url), 'utf8')),
    JSON.parse(JSON.stringify(schema)),
    'made anew by: node scripts/profile-schema.ts',
  );
});
