/** The unit that follows a file, the journal, and what a power cut in between leaves. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { templateAction } from '../../src/actions/template.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import type { TemplateStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { planTemplates } from '../../src/templates/steps.ts';
import { emptyView, type Scalar, withValues } from '../../src/templates/view.ts';
import { folderWith } from '../detect/folder.ts';

const FILE = '/etc/enlighten/templates.d/shop.mustache';

/** A live machine as a folder: its units only say that they were told. */
const machine = (t: TestContext, head: string, body: string, target = '/etc/shop.conf', failing = false) => {
  const root = folderWith(t, { files: { [FILE]: `---\ntarget: ${target}\n${head}---\n${body}` }, folders: ['/run'] });
  for (const folder of ['', '/etc', '/etc/enlighten', '/etc/enlighten/templates.d']) chmodSync(root + folder, 0o755);
  chmodSync(root + FILE, 0o644);
  const ran: string[] = [];
  const guest: WritableGuest = {
    ...openGuest(root),
    live: true,
    async run(tool, args) {
      ran.push([tool, ...args].join(' '));
      return { exitCode: failing ? 1 : 0, stdout: '', stderr: 'no such unit' };
    },
  };
  const journal = openJournal(guest);
  const filledFrom = async (scalars: Record<string, Scalar>) => {
    const view = withValues(emptyView, scalars);
    const { steps, notices } = await planTemplates(guest, view);
    return { action: templateAction(view), step: steps[0] as TemplateStep, notices };
  };
  const renderFrom = async (scalars: Record<string, Scalar>): Promise<string> => {
    const { action, step } = await filledFrom(scalars);
    const { state } = await action.check(step, guest);
    if (state === 'pending') await action.apply(step, guest, journal);
    return (await action.check(step, guest)).state;
  };
  const undo = async () => {
    for (const entry of (await journal.entries()).toReversed())
      await templateAction(emptyView).undo(entry, guest, journal);
  };
  return { guest, root, ran, journal, filledFrom, renderFrom, undo };
};

test('the unit is told when the content changed, also by undo, and not otherwise', async t => {
  const { ran, renderFrom, undo } = machine(t, 'reload: shop.service\n', 'id = {{id}}\n');
  assert.equal(await renderFrom({ id: 'a' }), 'satisfied');
  assert.deepEqual(ran, ['reload-unit shop.service']);
  assert.equal(await renderFrom({ id: 'a' }), 'satisfied');
  assert.equal(ran.length, 1);
  await renderFrom({ id: 'b' });
  await undo();
  assert.deepEqual(ran, Array(3).fill('reload-unit shop.service'));
});

test('a unit file is read anew before its unit is told', async t => {
  const target = '/etc/systemd/system/shop.service.d/size.conf';
  const { ran, renderFrom } = machine(t, 'restart: shop.service\n', '[Service]\nMemoryHigh={{memory}}\n', target);
  await renderFrom({ memory: 1024 });
  assert.deepEqual(ran, ['reload-units', 'restart-unit shop.service']);
});

test('a unit that cannot be told is an error, and the file is as it should be', async t => {
  const { root, filledFrom, guest, journal } = machine(t, 'reload: shop.service\n', 'x\n', '/etc/shop.conf', true);
  const { action, step } = await filledFrom({});
  await assert.rejects(action.apply(step, guest, journal), /reload shop.service: no such unit/);
  assert.equal(readFileSync(`${root}/etc/shop.conf`, 'utf8'), 'x\n');
});

test('what was there first comes back, however often it was rendered since', async t => {
  const { root, renderFrom, undo } = machine(t, '', 'id = {{id}}\n');
  writeFileSync(`${root}/etc/shop.conf`, 'first\n', { mode: 0o640 });
  for (const id of ['a', 'b', 'c']) await renderFrom({ id });
  assert.equal(readFileSync(`${root}/etc/shop.conf`, 'utf8'), 'id = c\n');
  await undo();
  assert.equal(readFileSync(`${root}/etc/shop.conf`, 'utf8'), 'first\n');
  assert.equal(statSync(`${root}/etc/shop.conf`).mode & 0o7777, 0o640);
});

test('the power went after the intention was noted: it is pending, and undo leaves what is there', async t => {
  const { root, guest, journal, filledFrom, renderFrom, undo } = machine(t, '', 'id = {{id}}\n');
  writeFileSync(`${root}/etc/shop.conf`, 'first\n');
  const cut: WritableGuest = {
    ...guest,
    replace: async () => {
      throw new Error('no power');
    },
  };
  const { action, step } = await filledFrom({ id: 'a' });
  await assert.rejects(action.apply(step, cut, journal), /no power/);
  assert.equal((await action.check(step, guest)).state, 'pending');
  await undo();
  assert.equal(readFileSync(`${root}/etc/shop.conf`, 'utf8'), 'first\n');
  assert.equal(await renderFrom({ id: 'a' }), 'satisfied');
});

test('a file too large for the journal is left alone', async t => {
  const { root, guest, filledFrom } = machine(t, '', 'x\n');
  writeFileSync(`${root}/etc/shop.conf`, Buffer.alloc(300_000));
  const { action, step } = await filledFrom({});
  const standing = await action.check(step, guest);
  assert.deepEqual([standing.state, 'by' in standing && standing.by.code], ['blocked', 'template-too-large']);
});

test('property: any bytes that were there come back', async t => {
  const { root, renderFrom, undo } = machine(t, '', 'id = {{id}}\n');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.nat(0o777), async (bytes, mode) => {
      writeFileSync(`${root}/etc/shop.conf`, bytes);
      chmodSync(`${root}/etc/shop.conf`, mode | 0o600);
      await renderFrom({ id: 'a' });
      assert.equal(readFileSync(`${root}/etc/shop.conf`, 'utf8'), 'id = a\n');
      await undo();
      assert.deepEqual(new Uint8Array(readFileSync(`${root}/etc/shop.conf`)), bytes);
      assert.equal(statSync(`${root}/etc/shop.conf`).mode & 0o7777, mode | 0o600);
    }),
    { numRuns: 30 },
  );
});
