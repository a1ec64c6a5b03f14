import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeAction } from '../../src/actions/attribute.ts';
import type { BlockStep } from '../../src/profiles/step.ts';
import { blockFiles } from '../../src/profiles/where.ts';
import { openJournal } from '../../src/state/journal.ts';
import { fixture } from './kernel.ts';

const step = (attribute: BlockStep['attribute'], desired: string, device = 'vda'): BlockStep => ({
  id: `block:${device}:${attribute}`,
  kind: 'block',
  device,
  attribute,
  path: `/sys/block/${device}/${blockFiles[attribute]}`,
  desired,
  reason: 'because',
  reference: 'https://example.org/',
  lasts: 'boot',
});

const SCHEDULER = '/sys/block/vda/queue/scheduler';

test('the scheduler is the word in brackets, before and after', async t => {
  const { guest, file } = fixture(t, { [SCHEDULER]: '[mq-deadline] kyber none\n' });
  const journal = openJournal(guest);
  assert.deepEqual(await attributeAction.check(step('scheduler', 'none'), guest), {
    current: 'mq-deadline',
    state: 'pending',
  });
  await attributeAction.apply(step('scheduler', 'none'), guest, journal);
  assert.equal(file(SCHEDULER), 'mq-deadline kyber [none]\n');
  assert.equal((await attributeAction.check(step('scheduler', 'none'), guest)).state, 'satisfied');
  const [entry] = await journal.entries();
  assert.equal(entry?.before, 'mq-deadline');
  await attributeAction.undo(entry, guest, journal);
  assert.equal(file(SCHEDULER), '[mq-deadline] kyber none\n');
  assert.deepEqual(await journal.entries(), []);
});

test('a scheduler that is not offered is blocked, and says what is', async t => {
  const { guest } = fixture(t, { [SCHEDULER]: '[none] mq-deadline\n' });
  const standing = await attributeAction.check(step('scheduler', 'bfq'), guest);
  assert.equal(standing.state, 'blocked');
  assert.match('by' in standing ? standing.by.happened : '', /offers none, mq-deadline/);
});

test('a device without schedulers prints `none` alone', async t => {
  const { guest } = fixture(t, { [SCHEDULER]: 'none\n' });
  assert.equal((await attributeAction.check(step('scheduler', 'none'), guest)).state, 'satisfied');
});

test('numbers', async t => {
  const path = '/sys/block/vda/queue/read_ahead_kb';
  const { guest, file } = fixture(t, { [path]: '128\n' });
  const journal = openJournal(guest);
  await attributeAction.apply(step('read_ahead_kb', '4096'), guest, journal);
  assert.equal(file(path), '4096\n');
  for (const entry of await journal.entries()) await attributeAction.undo(entry, guest, journal);
  assert.equal(file(path), '128\n');
});

test('a device that vanished is blocked, cannot be applied, and needs no undo', async t => {
  const { guest, drop } = fixture(t, { [SCHEDULER]: '[mq-deadline] none\n' });
  const journal = openJournal(guest);
  await attributeAction.apply(step('scheduler', 'none'), guest, journal);
  drop('/sys/block/vda');
  const standing = await attributeAction.check(step('scheduler', 'none'), guest);
  assert.ok(standing.state === 'blocked' && standing.by.code === 'attribute-absent');
  await assert.rejects(attributeAction.apply(step('scheduler', 'none'), guest, journal), { code: 'unwritable' });
  for (const entry of await journal.entries()) await attributeAction.undo(entry, guest, journal);
  assert.deepEqual(await journal.entries(), []);
});
