import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sysctlAction } from '../../src/actions/sysctl.ts';
import type { SysctlStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { fixture } from './kernel.ts';

const step = (name: string, desired: string, atLeast?: true): SysctlStep => ({
  id: `sysctl:${name}`,
  kind: 'sysctl',
  name,
  desired,
  reason: 'because',
  reference: 'https://example.org/',
  lasts: 'boot',
  ...(atLeast ? { atLeast } : {}),
});

const swappiness = step('vm.swappiness', '30');
const SWAPPINESS = '/proc/sys/vm/swappiness';
const limits = {
  '/proc/sys/vm/dirty_bytes': '0\n',
  '/proc/sys/vm/dirty_ratio': '20\n',
  '/proc/sys/vm/dirty_background_bytes': '0\n',
  '/proc/sys/vm/dirty_background_ratio': '10\n',
};

test('a value is set, journalled with the previous one, and restored', async t => {
  const { guest, file } = fixture(t, { [SWAPPINESS]: '100\n' });
  const journal = openJournal(guest);
  assert.deepEqual(await sysctlAction.check(swappiness, guest), { current: '100', state: 'pending' });
  await sysctlAction.apply(swappiness, guest, journal);
  assert.equal(file(SWAPPINESS), '30\n');
  assert.deepEqual(await sysctlAction.check(swappiness, guest), { current: '30', state: 'satisfied' });
  const [entry] = await journal.entries();
  assert.ok(entry);
  assert.deepEqual([entry.phase, entry.path, entry.before, entry.after], ['done', SWAPPINESS, '100', '30']);
  await sysctlAction.undo(entry, guest, journal);
  assert.equal(file(SWAPPINESS), '100\n');
  assert.deepEqual(await journal.entries(), []);
});

test('numbers are compared whatever blanks lie between them, and restored with their tabs', async t => {
  const path = '/proc/sys/net/ipv4/tcp_rmem';
  const { guest, file } = fixture(t, { [path]: '4096\t131072\t6291456\n' });
  assert.equal((await sysctlAction.check(step('net.ipv4.tcp_rmem', '4096 131072 6291456'), guest)).state, 'satisfied');
  const journal = openJournal(guest);
  await sysctlAction.apply(step('net.ipv4.tcp_rmem', '4096 87380 16777216'), guest, journal);
  assert.equal(file(path), '4096\t87380\t16777216\n');
  for (const entry of await journal.entries()) await sysctlAction.undo(entry, guest, journal);
  assert.equal(file(path), '4096\t131072\t6291456\n');
});

test('at least: a larger value is left alone', async t => {
  const { guest, put } = fixture(t, { '/proc/sys/net/core/somaxconn': '4096\n' });
  const wanted = step('net.core.somaxconn', '2048', true);
  assert.equal((await sysctlAction.check(wanted, guest)).state, 'satisfied');
  put('/proc/sys/net/core/somaxconn', '128\n');
  assert.equal((await sysctlAction.check(wanted, guest)).state, 'pending');
});

test('a sysctl the kernel does not have is blocked, and so is a name that leaves /proc/sys', async t => {
  const { guest } = fixture(t, { '/proc/sysrq-trigger': '', '/proc/sys/net/core/somaxconn': '128\n' });
  for (const name of ['vm.no_such_thing', 'net.//.sysrq-trigger', '../sysrq-trigger', 'somaxconn']) {
    const standing = await sysctlAction.check(step(name, '1'), guest);
    assert.equal(standing.state, 'blocked', name);
    assert.ok('by' in standing && standing.by.code === 'sysctl-absent');
    await assert.rejects(sysctlAction.apply(step(name, '1'), guest, openJournal(guest)), { code: 'unwritable' });
  }
});

test('a dot in an interface name is written as a slash', async t => {
  const path = '/proc/sys/net/ipv4/conf/eth0.100/rp_filter';
  const { guest, file } = fixture(t, { [path]: '1\n' });
  await sysctlAction.apply(step('net.ipv4.conf.eth0/100.rp_filter', '2'), guest, openJournal(guest));
  assert.equal(file(path), '2\n');
});

test('what the kernel refuses throws, changes nothing, and can still be undone', async t => {
  const { guest, file } = fixture(t, { [SWAPPINESS]: '60\n' });
  const journal = openJournal(guest);
  await assert.rejects(sysctlAction.apply(step('vm.swappiness', '999'), guest, journal), { code: 'unwritable' });
  const [entry] = await journal.entries();
  assert.equal(entry?.phase, 'intended');
  assert.equal(entry.before, '60');
  await sysctlAction.undo(entry, guest, journal);
  assert.equal(file(SWAPPINESS), '60\n');
  assert.deepEqual(await journal.entries(), []);
});

test('a value that does not hold after the write is no success', async t => {
  const { guest } = fixture(t, { [SWAPPINESS]: '60\n' });
  const deaf = { ...guest, set: async () => {} };
  await assert.rejects(sysctlAction.apply(swappiness, deaf, openJournal(deaf)), /holds "60"/);
});

for (const [ratio, background] of [
  ['20', '10'],
  ['20', '0'],
]) {
  test(`bytes switch ratio ${ratio}/${background} off; undo brings the very pair back`, async t => {
    const before = { ...limits, '/proc/sys/vm/dirty_background_ratio': `${background}\n` };
    const { guest, file } = fixture(t, before);
    const journal = openJournal(guest);
    await sysctlAction.apply(step('vm.dirty_bytes', '322122547'), guest, journal);
    await sysctlAction.apply(step('vm.dirty_background_bytes', '107374182'), guest, journal);
    assert.equal(file('/proc/sys/vm/dirty_ratio'), '0\n');
    // Applied again with another size of memory: still the vendor's ratio is what undo restores.
    await sysctlAction.apply(step('vm.dirty_bytes', '644245094'), guest, journal);
    const entries = await journal.entries();
    assert.deepEqual(
      entries.map(entry => entry.before),
      [`vm.dirty_ratio=${ratio}`, `vm.dirty_background_ratio=${background}`],
    );
    for (const entry of entries) await sysctlAction.undo(entry, guest, journal);
    for (const [path, content] of Object.entries(before)) assert.equal(file(path), content, path);
  });
}

test('a limit that was in bytes before comes back in bytes', async t => {
  const { guest, file } = fixture(t, {
    ...limits,
    '/proc/sys/vm/dirty_bytes': '50000000\n',
    '/proc/sys/vm/dirty_ratio': '0\n',
  });
  const journal = openJournal(guest);
  await sysctlAction.apply(step('vm.dirty_ratio', '40'), guest, journal);
  assert.equal(file('/proc/sys/vm/dirty_bytes'), '0\n');
  const [entry] = await journal.entries();
  assert.equal(entry?.before, 'vm.dirty_bytes=50000000');
  await sysctlAction.undo(entry, guest, journal);
  assert.equal(file('/proc/sys/vm/dirty_bytes'), '50000000\n');
  assert.equal(file('/proc/sys/vm/dirty_ratio'), '0\n');
});

test('an interrupted change of a limit is undone from either half', async t => {
  const { guest, file } = fixture(t, limits);
  const journal = openJournal(guest);
  const broken = {
    ...guest,
    set: async () => {
      throw new Error('power cut');
    },
  };
  await assert.rejects(sysctlAction.apply(step('vm.dirty_bytes', '322122547'), broken, openJournal(broken)));
  for (const entry of await journal.entries()) await sysctlAction.undo(entry, guest, journal);
  for (const [path, content] of Object.entries(limits)) assert.equal(file(path), content, path);
});

test('what vanished has nothing to restore', async t => {
  const { guest, drop } = fixture(t, { '/proc/sys/net/ipv4/conf/eth9/rp_filter': '1\n' });
  const journal = openJournal(guest);
  await sysctlAction.apply(step('net.ipv4.conf.eth9.rp_filter', '2'), guest, journal);
  drop('/proc/sys/net/ipv4/conf/eth9');
  for (const entry of await journal.entries()) await sysctlAction.undo(entry, guest, journal);
  assert.deepEqual(await journal.entries(), []);
});

/** File → content, and what the check says of vm.dirty_bytes = 1000000. */
const administrators: [string, Record<string, string>, string, RegExp?][] = [
  ['nothing', {}, 'pending'],
  [
    'another value',
    { '/etc/sysctl.d/50-db.conf': 'vm.dirty_bytes = 5\n' },
    'overridden',
    /50-db\.conf: vm.dirty_bytes = 5/,
  ],
  ['the same value', { '/etc/sysctl.d/50-db.conf': 'vm.dirty_bytes=1000000' }, 'pending'],
  [
    'the ratio instead',
    { '/etc/sysctl.conf': '# x\n-vm/dirty_ratio = 5\n' },
    'overridden',
    /sysctl\.conf: vm.dirty_ratio/,
  ],
  ['a file of this boot', { '/run/sysctl.d/x.conf': 'vm.dirty_bytes = 5' }, 'overridden', /run/],
  [
    'a file of this boot, hidden',
    { '/run/sysctl.d/x.conf': 'vm.dirty_bytes = 5', '/etc/sysctl.d/x.conf': '' },
    'pending',
  ],
  [
    'the last line',
    { '/etc/sysctl.d/1.conf': 'vm.dirty_bytes = 5', '/etc/sysctl.d/2.conf': 'vm.dirty_bytes = 1000000' },
    'pending',
  ],
  ['comments', { '/etc/sysctl.conf': '#vm.dirty_bytes = 5\n;vm.dirty_bytes = 5\n' }, 'pending'],
  ['another suffix', { '/etc/sysctl.d/x.conf.dpkg-old': 'vm.dirty_bytes = 5' }, 'pending'],
  ['a pattern', { '/etc/sysctl.conf': 'vm.dirty_*es = 5' }, 'overridden'],
  ['a pattern that fits only at its ends', { '/etc/sysctl.conf': 'vm.d*zz*es = 5' }, 'pending'],
  ['a pattern for one component', { '/etc/sysctl.conf': '* = 5\nv*.*.x = 5' }, 'pending'],
  ['stars without end', { '/etc/sysctl.conf': `vm.${'*i'.repeat(50_000)} = 5` }, 'pending'],
  ['a file too large to know', { '/etc/sysctl.d/x.conf': '#'.repeat(300_000) }, 'blocked', /larger than/],
];
for (const [what, files, expected, says] of administrators) {
  test(`administrator: ${what}: ${expected}`, async t => {
    const { guest } = fixture(t, { ...limits, ...files });
    const standing = await sysctlAction.check(step('vm.dirty_bytes', '1000000'), guest);
    assert.equal(standing.state, expected);
    if (says) assert.match('by' in standing ? standing.by.happened : '', says);
  });
}

/** The real kernel: a network namespace has its own somaxconn, so that this machine's stays as it is. */
const inNamespace = (script: string): string =>
  execFileSync('unshare', ['--net', '--mount', 'sh', '-ec', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const namespaces = (): boolean => {
  try {
    return inNamespace('echo 129 > /proc/sys/net/core/somaxconn; cat /proc/sys/net/core/somaxconn') === '129\n';
  } catch {
    return false;
  }
};

test('on a running kernel: set, refused, undone', { skip: namespaces() ? false : 'needs root and namespaces' }, t => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'proc/sys/net'), { recursive: true });
  const src = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
  const program = `
    import { sysctlAction } from ${src('actions/sysctl.ts')};
    import { openGuest } from ${src('guest/open.ts')};
    import { openJournal } from ${src('state/journal.ts')};
    const guest = openGuest(process.env.ROOT);
    const journal = openJournal(guest);
    const step = (desired) => (${JSON.stringify(step('net.core.somaxconn', ''))}.id, { ...${JSON.stringify(step('net.core.somaxconn', ''))}, desired });
    const now = () => guest.text('/proc/sys/net/core/somaxconn');
    const seen = [await now()];
    await sysctlAction.apply(step('77'), guest, journal);
    seen.push(await now());
    await sysctlAction.apply(step('-5'), guest, journal).catch(error => seen.push(error.code));
    seen.push(await now());
    for (const entry of await journal.entries()) await sysctlAction.undo(entry, guest, journal);
    seen.push(await now());
    console.log(JSON.stringify(seen));`;
  const seen = inNamespace(
    `mount --bind /proc/sys/net '${root}/proc/sys/net'; echo 128 > /proc/sys/net/core/somaxconn
     ROOT='${root}' '${process.execPath}' --input-type=module --eval '${program.replaceAll("'", '"')}'`,
  );
  assert.deepEqual(JSON.parse(seen), ['128', '77', 'unwritable', '77', '128']);
});
