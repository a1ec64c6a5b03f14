import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../src/guest/open.ts';
import type { Environment } from '../../src/ovfenv/environment.ts';
import { parseSettings, settingsPath } from '../../src/settings/file.ts';
import { gatherSettings } from '../../src/settings/gather.ts';

const guestWith = (t: TestContext, files: Record<string, string | Buffer>) => {
  const root = mkdtempSync(join(tmpdir(), 'settings-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return openGuest(root);
};

const environment = (properties: Record<string, string>): Environment => ({
  kind: 'ovf',
  transport: 'iso',
  source: '/dev/sr0:/ovf-env.xml',
  stale: false,
  id: null,
  platform: null,
  properties,
  declarations: {},
  passwords: [],
  peers: [],
  adapters: [],
  vmware: null,
  files: [],
  notices: [],
});

const yaml = `# the vendor's
mode: plan
kernel: 6.10
enlighten.tune: off
enlighten:
  workload: database
sysctl:
  vm.swappiness: 10
  net:
    ipv4.ip_forward: 0x1
  net/ipv4/conf/eth0.1/forwarding: yes
lock: [kernel, sysctl]
`;

test('the four sources together', async t => {
  const guest = guestWith(t, {
    [settingsPath]: yaml,
    '/proc/cmdline':
      'BOOT_IMAGE=/vmlinuz enlighten.sysctl.vm.swappiness=5 enlighten.trial=abc "enlighten.profile=kvm"\n',
  });
  const properties = {
    'enlighten.mode': 'off',
    'enlighten.kernel': 'rt',
    'enlighten.sysctl.vm.swappiness': '99',
    hostname: 'x',
  };
  const { settings, notices } = await gatherSettings(guest, environment(properties), true);
  assert.deepEqual(settings, {
    mode: { value: 'off', source: 'property' },
    kernel: { value: '6.10', source: 'file' },
    'kernel.prune': { value: 0, source: 'default' },
    'packages.network': { value: false, source: 'default' },
    'packages.sha256': { value: null, source: 'default' },
    reboot: { value: 'auto', source: 'default' },
    profile: { value: 'kvm', source: 'command-line' },
    workload: { value: 'database', source: 'file' },
    tune: { value: 'off', source: 'file' },
    sysctl: {
      'vm.swappiness': { value: '5', source: 'command-line' },
      'net.ipv4.ip_forward': { value: '0x1', source: 'file' },
      'net.ipv4.conf.eth0/1.forwarding': { value: 'yes', source: 'file' },
    },
    scrub: { value: false, source: 'default' },
    debug: { value: false, source: 'default' },
  });
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['settings-locked', 'settings-locked'],
  );
});

test('with nothing there, the defaults and no notice', async t => {
  for (const content of ['', ' \n', '# only a comment\n', '---\n', '{}']) {
    const { settings, notices } = await gatherSettings(guestWith(t, { [settingsPath]: content }), null, true);
    assert.deepEqual(settings.mode, { value: 'enforce', source: 'default' });
    assert.deepEqual(notices, [], JSON.stringify(content));
  }
  assert.deepEqual((await gatherSettings(guestWith(t, { x: '' }), null, false)).notices, []);
});

test('scalars stay the text they are', async () => {
  const { candidates } = await parseSettings(
    'kernel: 7.10\nprofile: 0123\nmode: off\ntune: no\nworkload: ~\nreboot:\ndebug: True\nsysctl.a.b: "1 2"\n',
  );
  const written = Object.fromEntries(candidates.map(({ key, value }) => [key, value]));
  assert.deepEqual(written, {
    kernel: '7.10',
    profile: '0123',
    mode: 'off',
    tune: 'no',
    workload: '~',
    reboot: '',
    debug: 'True',
    'sysctl.a.b': '1 2',
  });
});

test('a lock may be one word, and what is locked wrongly says so', async t => {
  const properties = { 'enlighten.kernel': 'rt' };
  const { settings, notices } = await gatherSettings(
    guestWith(t, { [settingsPath]: 'lock: kernel' }),
    environment(properties),
    false,
  );
  assert.equal(settings.kernel.source, 'default');
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['settings-locked'],
  );
});

const broken: Record<string, [content: string | Buffer, code: string, says: RegExp]> = {
  'an open quote': ['mode: plan\nkernel: "x\n', 'settings-file-broken', /line [23], column/],
  'a tab': ['mode: plan\nsysctl:\n\tvm.x: 1\n', 'settings-file-broken', /line 3, column/],
  'a key twice': ['mode: plan\nkernel: x\nmode: off\n', 'settings-file-broken', /line 3, column 1/],
  'a key twice, nested': ['sysctl:\n  vm:\n    x: 1\nsysctl.vm:\n  x: 2\n', 'settings-file-broken', /line 5, column 3/],
  'an alias': ['a: &x [1]\nmode: *x\n', 'settings-file-broken', /line 2, column 1/],
  'two documents': ['mode: plan\n---\nmode: off\n', 'settings-file-broken', /line/],
  'a map in a list': ['lock: [{a: b}]\n', 'settings-file-broken', /line 1/],
  'a list as key': ['? [a, b]\n: c\n', 'settings-file-broken', /line 1/],
  'deep nesting': ['['.repeat(20_000), 'settings-file-broken', /line 1/],
  'a list': ['- mode\n', 'settings-file-shape', /keys and values/],
  'a word': ['plan\n', 'settings-file-shape', /keys and values/],
  'too many bytes': [Buffer.alloc(300_000, '#'), 'settings-file-unreadable', /larger than 262144/],
};
for (const [name, [content, code, says]] of Object.entries(broken)) {
  test(`a file with ${name}: a Notice, and the defaults`, async t => {
    const { settings, notices } = await gatherSettings(guestWith(t, { [settingsPath]: content }), null, false);
    assert.deepEqual(
      notices.map(notice => [notice.code, notice.subject]),
      [[code, settingsPath]],
    );
    assert.match(notices[0]?.happened ?? '', says);
    assert.equal(settings.mode.source, 'default');
  });
}

test('a folder in its place is unreadable, not fatal', async t => {
  const { notices } = await gatherSettings(guestWith(t, { [`${settingsPath}/x`]: '' }), null, false);
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['settings-file-unreadable'],
  );
});

test('a list where one value belongs is a bad value', async t => {
  const { notices } = await gatherSettings(guestWith(t, { [settingsPath]: 'mode: [plan, off]' }), null, false);
  assert.deepEqual(
    notices.map(({ code }) => code),
    ['settings-bad-value'],
  );
});

test('a mangled file never throws', async () => {
  const mangling = fc.array(fc.record({ at: fc.nat(yaml.length), cut: fc.nat(10), put: fc.string({ maxLength: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(mangling, async changes => {
      let mangled = yaml;
      for (const { at, cut, put } of changes) mangled = mangled.slice(0, at) + put + mangled.slice(at + cut);
      await parseSettings(mangled);
    }),
    { numRuns: 300 },
  );
});

const hostile: Record<string, string> = {
  keys: Array.from({ length: 25_000 }, (_, i) => `k${i}: 1`).join('\n'),
  quotes: '"'.repeat(250_000),
  anchors: '&a '.repeat(85_000),
  'empty keys': ':\n'.repeat(130_000),
  brackets: '['.repeat(260_000),
};
for (const [name, content] of Object.entries(hostile)) {
  // Of the processor, not by the clock: a busy machine is no fault. Quadratic time would be minutes.
  test(`256 KiB of ${name} takes no more than seconds`, async () => {
    const began = process.cpuUsage();
    await parseSettings(content);
    const { user, system } = process.cpuUsage(began);
    assert.ok(user + system < 10_000_000, `${(user + system) / 1e6} s`);
  });
}
