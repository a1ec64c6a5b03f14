import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../src/guest/open.ts';
import type { Step } from '../../src/profiles/step.ts';
import { type Entry, openJournal, readEntry, readJournal } from '../../src/state/journal.ts';

const VOLATILE = 'run/enlighten/journal.jsonl';
const PERSISTENT = 'var/lib/enlighten/journal.jsonl';

const because = { reason: 'because', reference: 'https://example.org/' };
const swappiness: Step = {
  id: 'sysctl:vm.swappiness',
  kind: 'sysctl',
  name: 'vm.swappiness',
  desired: '30',
  lasts: 'boot',
  ...because,
};
const kernel: Step = { id: 'kernel', kind: 'kernel', desired: '6.1.0-50-cloud-amd64', lasts: 'persistent', ...because };
const change = { path: '/proc/sys/vm/swappiness', before: '60', after: '30' };

const folder = (t: TestContext) => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return { root, journal: openJournal(openGuest(root)) };
};

const linesOf = (root: string, path: string) =>
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Entry);

test('the intention is on disk before the change, `done` after it', async t => {
  const { root, journal } = folder(t);
  let during: Entry[] = [];
  await journal.around(swappiness, change, async () => {
    during = linesOf(root, VOLATILE);
  });
  assert.deepEqual(
    during.map(({ phase, before }) => [phase, before]),
    [['intended', '60']],
  );
  assert.deepEqual(
    linesOf(root, VOLATILE).map(entry => entry.phase),
    ['intended', 'done'],
  );
  assert.equal(statSync(join(root, VOLATILE)).mode & 0o777, 0o600);
});

test('a change that throws stays `intended`, and the error comes through', async t => {
  const { journal } = folder(t);
  await assert.rejects(
    journal.around(swappiness, change, async () => {
      throw new Error('EINVAL');
    }),
    /EINVAL/,
  );
  assert.deepEqual(
    (await journal.entries()).map(entry => entry.phase),
    ['intended'],
  );
});

test('nothing is changed when the intention cannot be recorded', async t => {
  const { root, journal } = folder(t);
  writeFileSync(join(root, 'run'), 'a file where a folder should be');
  let changed = false;
  await assert.rejects(
    journal.around(swappiness, change, async () => {
      changed = true;
    }),
    { code: 'unwritable' },
  );
  assert.equal(changed, false);
});

test('applied again, it still remembers what was there before us; after undo it starts anew', async t => {
  const { journal } = folder(t);
  const nothing = async () => {};
  await journal.around(swappiness, change, nothing);
  await journal.around(swappiness, { ...change, before: '30', after: '10' }, nothing);
  const [entry] = await journal.entries();
  assert.deepEqual([entry?.before, entry?.after], ['60', '10']);
  assert.ok(entry);
  await journal.undone(entry);
  assert.deepEqual(await journal.entries(), []);
  await journal.around(swappiness, { ...change, before: '55' }, nothing);
  assert.equal((await journal.entries())[0]?.before, '55');
});

test('persistent steps and this boot’s lie in two files and are read as one', async t => {
  const { root, journal } = folder(t);
  await journal.around(swappiness, change, async () => {});
  await journal.around(kernel, { path: '/boot/grub/grubenv', before: 'base64:AA==', after: '' }, async () => {});
  assert.deepEqual(
    linesOf(root, PERSISTENT).map(entry => entry.id),
    ['kernel', 'kernel'],
  );
  assert.equal(statSync(join(root, PERSISTENT)).mode & 0o777, 0o600);
  assert.deepEqual(
    (await journal.entries()).map(entry => entry.id),
    ['kernel', 'sysctl:vm.swappiness'],
  );
});

test('a line torn by a power cut costs itself alone', async t => {
  const { root, journal } = folder(t);
  await journal.around(swappiness, change, async () => {});
  appendFileSync(join(root, VOLATILE), '{"id":"sysctl:vm.dirty_by');
  const other: Step = { ...swappiness, id: 'sysctl:vm.laptop_mode' };
  const cut = async () => {
    throw new Error('power cut');
  };
  await assert.rejects(journal.around(other, { ...change, path: '/proc/sys/vm/laptop_mode' }, cut));
  assert.deepEqual(
    (await journal.entries()).map(({ id, phase }) => [id, phase]),
    [
      ['sysctl:vm.swappiness', 'done'],
      ['sysctl:vm.laptop_mode', 'intended'],
    ],
  );
});

test('a journal larger than anything sensible is not read, and then nothing is changed', async t => {
  const { root, journal } = folder(t);
  await journal.around(swappiness, change, async () => {});
  writeFileSync(join(root, VOLATILE), 'x'.repeat(4 * 1024 * 1024 + 1));
  await assert.rejects(journal.entries(), { code: 'too-large' });
  await assert.rejects(
    journal.around(swappiness, change, async () => assert.fail('changed')),
    { code: 'too-large' },
  );
});

/** In the order it is written in: `id` first. */
const anEntry = fc.record<Entry>({
  id: fc.constantFrom('kernel', 'sysctl:a.b', 'block:vda:scheduler', '__proto__'),
  kind: fc.constantFrom('kernel', 'sysctl', 'block', 'modules', 'initramfs'),
  lasts: fc.constantFrom('boot', 'persistent'),
  at: fc.string(),
  phase: fc.constantFrom('intended', 'done', 'undone'),
  path: fc.constantFrom('/proc/sys/a/b', '/boot/grub/grubenv'),
  before: fc.string({ unit: 'binary' }),
  after: fc.string(),
});

test('what is written is read back, line by line', () => {
  fc.assert(
    fc.property(anEntry, entry => {
      assert.deepEqual(readEntry(JSON.stringify(entry)), { ...entry });
    }),
  );
});

test('garbage, wherever it stands, is skipped; the last record of an id counts', () => {
  const garbage = fc.oneof(
    fc.string().map(text => text.replaceAll('\n', ' ')),
    fc.json(),
    anEntry.map(entry => JSON.stringify(entry).slice(0, -2)),
    anEntry.map(entry => JSON.stringify({ ...entry, kind: 'other' })),
    anEntry.map(entry => JSON.stringify({ ...entry, before: 5 })),
    anEntry.map(entry => JSON.stringify({ ...entry, path: '/proc/sys/../sysrq-trigger' })),
    anEntry.map(entry => JSON.stringify({ ...entry, path: 'relative' })),
  );
  const lines = fc.array(fc.oneof(anEntry, garbage), { maxLength: 30 });
  fc.assert(
    fc.property(lines, mixed => {
      const entries = mixed.filter(line => typeof line !== 'string');
      const text = mixed.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
      const last = new Map(entries.map(entry => [entry.id, entry]));
      const expected = [...last.values()].filter(entry => entry.phase !== 'undone');
      const byId = (a: Entry, b: Entry) => (a.id < b.id ? -1 : 1);
      assert.deepEqual(readJournal(text).sort(byId), expected.map(entry => ({ ...entry })).sort(byId));
    }),
  );
});

test('four megabytes of garbage are read in a moment', () => {
  const began = process.cpuUsage();
  for (const text of ['{"id":', '[', '\n', '\0', '{"id":"x"}\n']) {
    readJournal(text.repeat(Math.floor((4 * 1024 * 1024) / text.length)));
  }
  const { user, system } = process.cpuUsage(began);
  assert.ok(user + system < 5_000_000, `${user + system} µs`);
});
