import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Candidate, fromCommandLine, fromProperties } from '../../src/settings/candidates.ts';
import { keys, type Settable, type SingleKey } from '../../src/settings/keys.ts';
import { type Given, mergeSettings } from '../../src/settings/merge.ts';

const nothing: Given = { commandLine: [], properties: [], file: [], lock: [], broken: false, sealed: false };
const merge = (given: Partial<Given>) => mergeSettings({ ...nothing, ...given });
const codes = ({ notices }: ReturnType<typeof merge>) => notices.map(({ code }) => code);
const candidate = (source: Settable, key: string, value: string | null): Candidate => ({ source, key, value });
const places = { 'command-line': 'commandLine', property: 'properties', file: 'file' } as const;
const from = (source: Settable, key: string, value: string | null): Partial<Given> => ({
  [places[source]]: [candidate(source, key, value)],
});
const sources = Object.keys(places) as Settable[];

/** What each setting takes and what it becomes, and what it does not take. */
const samples: { [K in SingleKey]: { good: Record<string, unknown>; bad: string[] } } = {
  mode: { good: { enforce: 'enforce', plan: 'plan', off: 'off', OFF: 'off' }, bad: ['', 'on', 'enforced', 'true'] },
  kernel: {
    good: {
      auto: 'auto',
      keep: 'keep',
      cloud: 'cloud',
      '6.1.0-50-cloud-amd64': '6.1.0-50-cloud-amd64',
      '6.10': '6.10',
    },
    bad: ['', '/boot/vmlinuz', '..', 'a..b', '-x', 'a b', 'a;b', 'x'.repeat(200)],
  },
  'kernel.prune': {
    good: { '3': 3, '0': 0, off: 0, '1000': 1000 },
    bad: ['', '-1', '1.5', '1001', 'on', '9'.repeat(400)],
  },
  'packages.network': { good: { on: true, off: false }, bad: ['', 'maybe'] },
  'packages.sha256': {
    good: { [`${'a1'.repeat(31)}F0`]: `${'a1'.repeat(31)}f0` },
    bad: ['', 'a1', 'g'.repeat(64), 'a'.repeat(65)],
  },
  reboot: { good: { auto: 'auto', kexec: 'kexec', firmware: 'firmware', never: 'never' }, bad: ['', 'no', 'now'] },
  profile: { good: { kvm: 'kvm', 'my-kvm_2': 'my-kvm_2' }, bad: ['', '../kvm', 'a/b', '.x'] },
  workload: { good: { database: 'database' }, bad: ['', 'a b', '\n'] },
  tune: { good: { on: 'on', off: 'off', True: 'on', '0': 'off' }, bad: ['', 'maybe', '2'] },
  scrub: { good: { on: true, off: false, true: true, False: false }, bad: ['', 'maybe'] },
  debug: { good: { on: true, off: false, True: true, no: false }, bad: ['', 'verbose', '-1'] },
};

test('the samples know every key of the table', () => {
  assert.deepEqual(Object.keys(samples).sort(), Object.keys(keys).sort());
});

for (const [key, { good, bad }] of Object.entries(samples) as [SingleKey, (typeof samples)[SingleKey]][]) {
  for (const source of sources.filter(one => keys[key].from.includes(one))) {
    test(`${key} from ${source}: good values count, bad ones are a Notice with the allowed ones`, () => {
      for (const [written, value] of Object.entries(good)) {
        const { settings, notices } = merge(from(source, key, written));
        assert.deepEqual(settings[key], { value, source });
        assert.deepEqual(notices, []);
      }
      for (const written of bad) {
        const { settings, notices } = merge(from(source, key, written));
        assert.deepEqual(settings[key], { value: keys[key].default, source: 'default' });
        assert.deepEqual(
          notices.map(({ code, subject }) => [code, subject]),
          [['settings-bad-value', `enlighten.${key}`]],
        );
        assert.ok(notices[0]?.happened.includes(keys[key].kind.allowed));
      }
    });
  }
}

test('defaults, before and after the seal', () => {
  const { settings } = merge({});
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(settings).map(([key, setting]) => [key, 'value' in setting ? setting.value : setting]),
    ),
    {
      mode: 'plan',
      kernel: 'auto',
      'kernel.prune': 0,
      'packages.network': false,
      'packages.sha256': null,
      reboot: 'auto',
      profile: null,
      workload: null,
      tune: 'on',
      sysctl: {},
      scrub: false,
      debug: false,
    },
  );
  assert.deepEqual(merge({ sealed: true }).settings.mode, { value: 'enforce', source: 'default' });
  assert.deepEqual(merge({ sealed: true, ...from('file', 'mode', 'off') }).settings.mode, {
    value: 'off',
    source: 'file',
  });
});

test('the stronger source wins for every subset; a bad value leaves the weaker one in force', () => {
  const values: Record<Settable, string> = { 'command-line': 'one', property: 'two', file: 'three' };
  const given = (source: Settable) => fc.constantFrom(null, values[source], 'not good');
  fc.assert(
    fc.property(given('command-line'), given('property'), given('file'), (line, property, file) => {
      const chosen = [line, property, file].findIndex(value => value !== null && value !== 'not good');
      const { settings, notices } = merge({
        commandLine: line === null ? [] : [candidate('command-line', 'kernel', line)],
        properties: property === null ? [] : [candidate('property', 'kernel', property)],
        file: file === null ? [] : [candidate('file', 'kernel', file)],
      });
      const source = sources[chosen];
      assert.deepEqual(
        settings.kernel,
        source === undefined ? { value: 'auto', source: 'default' } : { value: values[source], source },
      );
      assert.equal(notices.length, [line, property, file].filter(value => value === 'not good').length);
    }),
  );
});

test('of two on the command line the last wins, also against the short form', () => {
  const mode = (line: string) => merge({ commandLine: fromCommandLine(line) }).settings.mode.value;
  assert.equal(mode('enlighten=off enlighten.mode=enforce'), 'enforce');
  assert.equal(mode('enlighten.mode=enforce enlighten=off'), 'off');
  assert.equal(mode('enlighten=plan'), 'plan');
});

test('a key without value: only where that means something', () => {
  const { settings, notices } = merge({
    commandLine: fromCommandLine('enlighten.debug enlighten.tune enlighten.kernel enlighten'),
  });
  assert.equal(settings.debug.value, true);
  assert.equal(settings.tune.value, 'on');
  assert.deepEqual(
    notices.map(({ subject }) => subject),
    ['enlighten.mode', 'enlighten.kernel'],
  );
});

test('a locked setting: properties lose with a Notice, the kernel command line still wins', () => {
  const properties = fromProperties({ 'enlighten.kernel': 'rt', 'enlighten.mode': 'off', 'enlighten.tune': 'off' });
  const file = [candidate('file', 'kernel', 'cloud')];
  const locked = merge({ properties, file, lock: ['kernel', 'enlighten.mode'] });
  assert.deepEqual(locked.settings.kernel, { value: 'cloud', source: 'file' });
  assert.deepEqual(locked.settings.mode, { value: 'plan', source: 'default' });
  assert.deepEqual(locked.settings.tune, { value: 'off', source: 'property' });
  assert.deepEqual(
    locked.notices.map(({ code, subject }) => `${code} ${subject}`),
    ['settings-locked enlighten.kernel', 'settings-locked enlighten.mode'],
  );
  const byOperator = merge({
    properties,
    file,
    lock: ['kernel'],
    commandLine: fromCommandLine('enlighten.kernel=keep'),
  });
  assert.deepEqual(byOperator.settings.kernel, { value: 'keep', source: 'command-line' });
});

test('locking sysctls, all or one, in either way of writing', () => {
  const properties = fromProperties({ 'enlighten.sysctl.vm.swappiness': '1', 'enlighten.sysctl.vm.dirty_ratio': '2' });
  const left = (lock: string[]) => Object.keys(merge({ properties, lock }).settings.sysctl);
  assert.deepEqual(left(['sysctl']), []);
  assert.deepEqual(left(['sysctl.vm/swappiness']), ['vm.dirty_ratio']);
  assert.deepEqual(left([]), ['vm.swappiness', 'vm.dirty_ratio']);
  assert.deepEqual(codes(merge({ lock: ['kernle', ''] })), ['settings-unknown-key', 'settings-unknown-key']);
});

test('sysctls: names are normalized before sources are compared; bad names and values are Notices', () => {
  const { settings, notices } = merge({
    file: [
      candidate('file', 'sysctl.vm.swappiness', '10'),
      candidate('file', 'sysctl.net.ipv4.tcp_rmem', '4096\t131072 6291456 '),
    ],
    commandLine: fromCommandLine(
      'enlighten.sysctl.vm/swappiness=20 enlighten.sysctl.vm.x= enlighten.sysctl.vm/../x=1 enlighten.sysctl=1 enlighten.sysctl.=1',
    ),
  });
  assert.deepEqual(settings.sysctl, {
    'vm.swappiness': { value: '20', source: 'command-line' },
    'net.ipv4.tcp_rmem': { value: '4096\t131072 6291456', source: 'file' },
  });
  assert.deepEqual(notices.map(({ code }) => code).sort(), [
    'settings-bad-sysctl',
    'settings-bad-sysctl',
    'settings-bad-value',
    'settings-unknown-key',
  ]);
  assert.deepEqual(codes(merge(from('property', 'sysctl.vm.x', '1\n2'))), ['settings-bad-value']);
});

test("unknown keys name the known ones; the lock is the file's alone", () => {
  const { notices } = merge({
    properties: fromProperties({ 'enlighten.kernle': 'x', 'enlighten.lock': 'kernel', 'other.kernel': 'x' }),
  });
  assert.deepEqual(
    notices.map(({ code, subject }) => `${code} ${subject}`),
    ['settings-unknown-key enlighten.kernle', 'settings-not-from-here enlighten.lock'],
  );
  for (const key of Object.keys(keys)) assert.ok(notices[0]?.happened.includes(key));
});

test('a property key may carry the instance of its ProductSection; one without wins', () => {
  const one = merge({ properties: fromProperties({ 'enlighten.kernel.node-1': 'cloud' }) });
  assert.deepEqual(one.settings.kernel, { value: 'cloud', source: 'property' });
  assert.deepEqual(one.notices, []);
  const both = { 'enlighten.kernel': 'keep', 'enlighten.kernel.node-1': 'cloud' };
  assert.equal(merge({ properties: fromProperties(both) }).settings.kernel.value, 'keep');
});

test('anything from anywhere gives settings that are allowed', () => {
  const key = fc.oneof(
    fc.constantFrom(...Object.keys(keys), 'lock', 'sysctl', 'sysctl.vm.swappiness', '__proto__', 'toString'),
    fc.string({ maxLength: 10 }),
  );
  const any = (source: Settable) =>
    fc.array(
      fc.tuple(key, fc.option(fc.string({ maxLength: 10 }))).map(([k, v]) => candidate(source, k, v)),
      { maxLength: 6 },
    );
  fc.assert(
    fc.property(
      any('command-line'),
      any('property'),
      any('file'),
      fc.array(key),
      (commandLine, properties, file, lock) => {
        const { settings } = merge({ commandLine, properties, file, lock });
        for (const name of Object.keys(keys) as SingleKey[]) {
          const { value, source } = settings[name];
          if (source !== 'default') assert.notEqual(keys[name].kind.read(String(value)), null);
          if (source === 'property') assert.ok(!lock.includes(name));
        }
      },
    ),
  );
});
