/** enlighten.scrub: the document leaves its source once, and only once, it is safe elsewhere. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { transports } from '../../src/ovfenv/transports/index.ts';
import type { Transport } from '../../src/ovfenv/transports/transport.ts';
import { boot } from '../../src/pass/boot.ts';
import { scrub } from '../../src/pass/scrub.ts';
import { put } from '../kernel/machine.ts';
import { makeDisc } from '../ovfenv/fixture.ts';
import { environmentDocument } from '../vm/iso.ts';
import { appliance, powerOn, stateOn, statusOn } from './appliance.ts';

const PLACE = '/seed.xml';
const LAST = '/var/lib/enlighten/environment.json';

/** A file the platform writes and the guest may remove: what guestinfo is on VMware. */
const seed: Transport = {
  name: 'seed',
  async fetch(guest) {
    const document = await guest.read(PLACE);
    return { found: document && { transport: 'seed', source: PLACE, document }, notices: [] };
  },
  async scrub(guest) {
    await guest.remove(PLACE);
    return (await guest.read(PLACE)) === null;
  },
};
/** The table the boot asks; this file runs in a process of its own. */
(transports as Transport[]).unshift(seed);

const booted = async (root: string, bootId: string): Promise<string[]> => {
  powerOn(root, bootId);
  await boot(openGuest(root), { budgetMs: 60_000 }, () => {});
  return statusOn(root).notices.map(({ code }: { code: string }) => code);
};
const document = (properties: Record<string, string>) =>
  environmentDocument({ properties: { 'app.password': 's3cret', ...properties } });
const outcome = (root: string) => statusOn(root).lastPass.outcome;

test('removed once it is stored; the stored one stays in force, and nothing is alarming about that', async () => {
  const root = appliance();
  put(root, PLACE, document({ 'enlighten.scrub': 'true', 'enlighten.kernel': 'keep' }));
  assert.deepEqual(await booted(root, 'b1'), []);
  assert.equal(existsSync(root + PLACE), false);
  assert.match(readFileSync(root + LAST, 'utf8'), /s3cret/);
  assert.equal(stateOn(root).pass.scrubbed, true);
  put(root, '/etc/enlighten/enlighten.yaml', 'tune: off\n');
  assert.deepEqual(await booted(root, 'b2'), []);
  assert.equal(outcome(root), 'applied', 'a whole pass, without a document');
  assert.equal(stateOn(root).pass.scrubbed, true);
  assert.match(readFileSync(`${root}/run/enlighten/secrets.json`, 'utf8'), /s3cret/);
});

test('written anew by the platform: removed again, also where nothing else has changed', async () => {
  const root = appliance();
  const text = document({ 'enlighten.scrub': 'true', 'enlighten.kernel': 'keep' });
  put(root, PLACE, text);
  await booted(root, 'b1');
  await booted(root, 'b2');
  assert.equal(outcome(root), 'unchanged');
  put(root, PLACE, text);
  await booted(root, 'b3');
  assert.equal(existsSync(root + PLACE), false);
  await booted(root, 'b4');
  assert.equal(outcome(root), 'unchanged');
});

test('left where it is: not asked, not sealed, or refused', async () => {
  const asked = document({ 'enlighten.scrub': 'true' });
  for (const [text, prepare] of [
    [document({}), () => {}],
    [asked, (root: string) => put(root, '/etc/enlighten/enlighten.yaml', 'mode: plan\n')],
    [
      asked.replace('</Environment>', ''),
      (root: string) => put(root, '/etc/enlighten/enlighten.yaml', 'scrub: true\n'),
    ],
  ] as const) {
    const root = appliance();
    put(root, PLACE, text);
    prepare(root);
    await booted(root, 'b1');
    assert.equal(existsSync(root + PLACE), true);
  }
});

test('a disc cannot be scrubbed: one Notice, and the next boot is unchanged', async t => {
  const root = appliance();
  const text = document({ 'enlighten.scrub': 'true', 'enlighten.kernel': 'keep' });
  put(root, '/dev/sr0', readFileSync(makeDisc(t, { 'ovf-env.xml': text })));
  put(root, '/sys/block/sr0/ro', '1\n');
  assert.deepEqual(await booted(root, 'b1'), ['environment-cannot-scrub']);
  await booted(root, 'b2');
  assert.equal(outcome(root), 'unchanged');
});

test('what throws, does not work, or would leave no copy is a Notice', async () => {
  const root = appliance();
  const guest = openGuest(root);
  const found = { transport: 'seed', source: PLACE, document: Buffer.from('x') } as const;
  const codesWith = async (one: Partial<Transport>) => {
    const { gone, notices } = await scrub(guest, { asked: true, found, before: true }, [{ ...seed, ...one }]);
    return [gone, ...notices.map(({ code }) => code)];
  };
  const failing = () => Promise.reject(new Error('Permission denied'));
  assert.deepEqual(await codesWith({ scrub: failing }), [false, 'environment-not-scrubbed']);
  assert.deepEqual(await codesWith({ scrub: async () => false }), [false, 'environment-not-scrubbed']);
  const mounts = readFileSync(`${root}/proc/self/mountinfo`, 'utf8');
  put(root, '/proc/self/mountinfo', mounts.replaceAll(' ext4 ', ' tmpfs '));
  put(root, PLACE, 'kept');
  assert.deepEqual(await codesWith({}), [false, 'environment-not-scrubbed']);
  assert.equal(existsSync(root + PLACE), true);
});
