import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AT_BOOT } from '../../src/actions/modules/at-boot.ts';
import { modulesAction } from '../../src/actions/modules/index.ts';
import type { Ran } from '../../src/guest/guest.ts';
import type { ModulesStep, Standing } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { type Fixture, fixture } from './kernel.ts';

const ok: Ran = { exitCode: 0, stdout: '', stderr: '' };

/** A live guest whose kernel loads and unloads as /sys/module shows it. `said` is what modprobe answers instead. */
const machine = (t: TestContext, files: Record<string, string>, said: Ran = ok): Fixture & { ran: string[] } => {
  const plain = fixture(t, { '/proc/sys/kernel/osrelease': '6.1.0\n', ...files });
  const ran: string[] = [];
  const guest: Fixture['guest'] = {
    ...plain.guest,
    live: true,
    async run(tool, [module = '']) {
      ran.push(`${tool} ${module}`);
      const folder = `/sys/module/${module}`;
      if (tool === 'load-module' && said.exitCode === 0) plain.put(`${folder}/initstate`, 'live\n');
      if (tool === 'unload-module') plain.drop(folder);
      return said;
    },
  };
  return { ...plain, guest, ran };
};

const step = (wish: ModulesStep['wish'], module: string, desired: string, parameter?: string): ModulesStep => ({
  id: `modules:${wish}:${module}${parameter === undefined ? '' : `.${parameter}`}`,
  kind: 'modules',
  wish,
  module,
  ...(parameter === undefined ? {} : { parameter }),
  desired,
  reason: 'because',
  reference: 'https://example.org/',
  lasts: wish === 'load' ? 'persistent' : 'boot',
});
const load = step('load', 'ptp_kvm', 'loaded');
const out = step('keep-out', 'floppy', 'kept out');
const quiet = step('parameter', 'kvm', 'Y', 'nested');

const by = (standing: Standing): string => ('by' in standing ? standing.by.code : standing.state);

test('a module is loaded, journaled, and unloaded again', async t => {
  const { guest, ran } = machine(t, {});
  const [action, journal] = [modulesAction(), openJournal(guest)];
  assert.deepEqual(await action.check(load, guest), { current: 'not loaded', state: 'pending' });
  await action.apply(load, guest, journal);
  assert.deepEqual(await action.check(load, guest), { current: 'loaded', state: 'satisfied' });
  const [entry] = await journal.entries();
  assert.ok(entry?.phase === 'done' && entry.lasts === 'persistent');
  await action.undo(entry, guest, journal);
  assert.deepEqual(ran, ['load-module ptp_kvm', 'unload-module ptp_kvm']);
  assert.deepEqual(await journal.entries(), []);
});

test('what is loaded or built in already is not ours: nothing runs', async t => {
  const loaded = machine(t, { '/sys/module/ptp_kvm/initstate': 'live\n' });
  assert.equal((await modulesAction().check(load, loaded.guest)).state, 'satisfied');
  const builtIn = machine(t, { '/lib/modules/6.1.0/modules.builtin': 'kernel/drivers/ptp/ptp-kvm.ko\n' });
  assert.deepEqual(await modulesAction().check(load, builtIn.guest), { current: 'built in', state: 'satisfied' });
  assert.deepEqual([...loaded.ran, ...builtIn.ran], []);
});

for (const [users, files] of Object.entries({
  'by chrony_like': { '/sys/module/ptp_kvm/holders/chrony_like/x': '' },
  '2 users': { '/sys/module/ptp_kvm/refcnt': '2\n' },
})) {
  test(`one in use (${users}) stays, and undo says so`, async t => {
    const { guest, put, file, ran } = machine(t, {});
    const [action, journal] = [modulesAction(), openJournal(guest)];
    await action.apply(load, guest, journal);
    for (const [path, content] of Object.entries(files)) put(path, content);
    const [entry] = await journal.entries();
    assert.ok(entry);
    await assert.rejects(action.undo(entry, guest, journal), new RegExp(users));
    assert.deepEqual(ran, ['load-module ptp_kvm']);
    assert.deepEqual(await journal.entries(), []);
    assert.throws(() => file(AT_BOOT), 'the next boot does not load it');
  });
}

test('what had to be loaded is brought by systemd at every later boot, in one line, and each module goes on its own', async t => {
  const { guest, file } = machine(t, {});
  const [action, journal] = [modulesAction(), openJournal(guest)];
  await action.apply(load, guest, journal);
  await action.apply(step('load', 'i6300esb', 'loaded'), guest, journal);
  assert.match(file(AT_BOOT), /^softdep cpuid post: ptp_kvm i6300esb$/m);
  const [first, second] = await journal.entries();
  assert.ok(first && second);
  await action.undo(first, guest, journal);
  assert.match(file(AT_BOOT), /^softdep cpuid post: i6300esb$/m);
  await action.undo(second, guest, journal);
  assert.throws(() => file(AT_BOOT));
});

test('a module that finds nothing to drive is no failure, and is not asked again', async t => {
  const stderr = "modprobe: ERROR: could not insert 'ptp_kvm': No such device\n";
  const { guest, file, ran } = machine(t, {}, { ...ok, exitCode: 1, stderr });
  const [action, journal] = [modulesAction(), openJournal(guest)];
  await action.apply(load, guest, journal);
  assert.equal(by(await action.check(load, guest)), 'module-refused');
  assert.deepEqual(await journal.entries(), []);
  assert.throws(() => file(AT_BOOT));
  assert.equal(ran.length, 1);
});

test('any other failure is one, and stays in the journal', async t => {
  const { guest } = machine(t, {}, { ...ok, exitCode: 1, stderr: 'modprobe: ERROR: Key was rejected by service' });
  const [action, journal] = [modulesAction(), openJournal(guest)];
  await assert.rejects(action.apply(load, guest, journal), /Key was rejected/);
  assert.equal((await journal.entries())[0]?.phase, 'intended');
});

for (const [line, files] of Object.entries({
  'blacklist ptp-kvm': { '/etc/modprobe.d/local.conf': '# no\nblacklist ptp-kvm\n' },
  'install ptp_kvm  /bin/false': { '/etc/modprobe.d/a.conf': 'install ptp_kvm \\\n /bin/false\n' },
  'modprobe.blacklist=pcspkr,ptp_kvm': { '/proc/cmdline': 'quiet modprobe.blacklist=pcspkr,ptp_kvm ro\n' },
})) {
  test(`an administrator's "${line}" wins`, async t => {
    const { guest } = machine(t, files);
    const standing = await modulesAction().check(load, guest);
    assert.equal(by(standing), 'module-administrator');
    assert.ok('by' in standing && standing.by.happened.replace(/\s+/g, ' ').includes(line.replace(/\s+/g, ' ')));
  });
}

test('the distribution may blacklist what only a person or a profile should load', async t => {
  const { guest } = machine(t, {
    '/usr/lib/modprobe.d/x.conf': 'blacklist ptp_kvm\n',
    '/etc/modprobe.d/x': 'blacklist ptp_kvm',
  });
  assert.equal((await modulesAction().check(load, guest)).state, 'pending');
});

test('a file that cannot be read leaves the module alone', async t => {
  const { guest } = machine(t, { '/etc/modprobe.d/big.conf': `${'#'.repeat(300_000)}\n` });
  assert.equal(by(await modulesAction().check(load, guest)), 'module-undecided');
});

test('a kernel that loads nothing any more', async t => {
  const { guest } = machine(t, { '/proc/sys/kernel/modules_disabled': '1\n' });
  assert.equal(by(await modulesAction().check(load, guest)), 'modules-disabled');
});

test('a folder loads nothing', async t => {
  const { guest } = fixture(t, {});
  await modulesAction().apply(load, guest, openJournal(guest));
  assert.deepEqual(await openJournal(guest).entries(), []);
});

test('a module is kept out, for this boot only, and comes back', async t => {
  const { guest, file, ran } = machine(t, {
    '/sys/module/floppy/initstate': 'live\n',
    '/sys/module/floppy/refcnt': '0\n',
  });
  const [action, journal] = [modulesAction(), openJournal(guest)];
  assert.deepEqual(await action.check(out, guest), { current: 'loaded', state: 'pending' });
  await action.apply(out, guest, journal);
  assert.match(file('/run/modprobe.d/enlighten-floppy.conf'), /^blacklist floppy$/m);
  assert.equal((await action.check(out, guest)).state, 'satisfied');
  const [entry] = await journal.entries();
  assert.ok(entry);
  await action.undo(entry, guest, journal);
  assert.throws(() => file('/run/modprobe.d/enlighten-floppy.conf'));
  assert.deepEqual(ran, ['unload-module floppy', 'load-module floppy']);
});

test('a module in use is not torn out, nor one an administrator loads', async t => {
  const used = machine(t, { '/sys/module/floppy/initstate': 'live\n', '/sys/module/floppy/refcnt': '1\n' });
  assert.equal(by(await modulesAction().check(out, used.guest)), 'module-in-use');
  const wanted = machine(t, { '/etc/modules': 'floppy\n' });
  assert.equal(by(await modulesAction().check(out, wanted.guest)), 'module-administrator');
  assert.deepEqual([...used.ran, ...wanted.ran], []);
});

const NESTED = '/sys/module/kvm/parameters/nested';

test('a parameter of a loaded module is set and restored; 1 and Y are the same', async t => {
  const { guest, file } = machine(t, { [NESTED]: 'N\n' });
  const [action, journal] = [modulesAction(), openJournal(guest)];
  assert.deepEqual(await action.check(quiet, guest), { current: 'N', state: 'pending' });
  await action.apply(quiet, guest, journal);
  assert.equal(file(NESTED), 'Y\n');
  assert.equal((await action.check({ ...quiet, desired: '1' }, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await action.undo(entry, guest, journal);
  assert.equal(file(NESTED), 'N\n');
});

test('a parameter of a module that is not there yet waits in /run/modprobe.d', async t => {
  const { guest, file } = machine(t, {});
  const [action, journal] = [modulesAction(), openJournal(guest)];
  await action.apply(quiet, guest, journal);
  assert.match(file('/run/modprobe.d/enlighten-kvm-nested.conf'), /^options kvm nested=Y$/m);
  assert.equal((await action.check(quiet, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await action.undo(entry, guest, journal);
  assert.throws(() => file('/run/modprobe.d/enlighten-kvm-nested.conf'));
});

test('a parameter that is fixed, and one that an administrator has set', async t => {
  const { chmodSync } = await import('node:fs');
  const fixed = machine(t, { [NESTED]: 'N\n' });
  chmodSync(`${fixed.guest.root}${NESTED}`, 0o444);
  assert.equal(by(await modulesAction().check(quiet, fixed.guest)), 'module-parameter-fixed');
  for (const files of [{ '/etc/modprobe.d/k.conf': 'options kvm nested=0\n' }, { '/proc/cmdline': 'kvm.nested=0\n' }]) {
    const { guest } = machine(t, { [NESTED]: 'N\n', ...(files as Record<string, string>) });
    assert.equal(by(await modulesAction().check(quiet, guest)), 'module-administrator');
  }
});
