import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { readDocument } from '../../src/ovfenv/document.ts';
import type { Environment } from '../../src/ovfenv/environment.ts';
import { environmentInForce } from '../../src/ovfenv/inforce.ts';
import { lastPath, readLast, writeLast } from '../../src/ovfenv/last.ts';
import { publicPath, publishEnvironment, secretsPath } from '../../src/ovfenv/publish.ts';
import { fetchEnvironment } from '../../src/ovfenv/read.ts';
import { document, guestWith, makeDisc } from './fixture.ts';

const digest = 'a'.repeat(64);

const environmentOf = async (content = document): Promise<Environment> => {
  const read = await readDocument({
    transport: 'iso',
    source: '/dev/sr0:/ovf-env.xml',
    document: Buffer.from(content),
  });
  assert.ok('environment' in read);
  return read.environment;
};
const fileOf = async (guest: WritableGuest, path: string) => JSON.parse(String(await guest.read(path)));
const modeOf = (guest: WritableGuest, path: string) => statSync(join(guest.root, path)).mode & 0o777;

test('what was stored comes back stale, from a file for root alone', async t => {
  const guest = guestWith(t, {});
  const environment = await environmentOf();
  assert.deepEqual(await readLast(guest), { last: null, notices: [] });
  await writeLast(guest, environment, digest);
  assert.equal(modeOf(guest, lastPath), 0o600);
  const stored = { schemaVersion: 1, sha256: digest, environment: { ...environment, stale: true } };
  assert.deepEqual(await readLast(guest), { last: stored, notices: [] });
});

test('a half-written file, at every length, counts as none and says so', async t => {
  const guest = guestWith(t, {});
  await writeLast(guest, await environmentOf(), digest);
  const whole = await guest.read(lastPath);
  for (let length = 0; length < (whole?.length ?? 0) - 2; length += 7) {
    writeFileSync(join(guest.root, lastPath), whole?.subarray(0, length) ?? '');
    const { last, notices } = await readLast(guest);
    assert.equal(last, null);
    assert.deepEqual(
      notices.map(({ code }) => code),
      ['environment-last-damaged'],
    );
    assert.ok(!JSON.stringify(notices).includes('s3cret'));
  }
});

test('a file of a newer enlighten, with wrong fields, or too large counts as none', async t => {
  const stored = { schemaVersion: 1, sha256: digest, environment: await environmentOf() };
  const codeFor = async (content: string): Promise<string | undefined> => {
    const { last, notices } = await readLast(guestWith(t, { files: { [lastPath]: content } }));
    assert.equal(last, null);
    return notices[0]?.code;
  };
  assert.equal(await codeFor(JSON.stringify({ ...stored, schemaVersion: 2 })), 'environment-last-too-new');
  assert.equal(await codeFor(' '.repeat(4 * 1024 * 1024)), 'environment-last-damaged');
  for (const field of Object.keys(stored.environment)) {
    const environment = { ...stored.environment, [field]: 7 };
    assert.equal(await codeFor(JSON.stringify({ ...stored, environment })), 'environment-last-damaged', field);
  }
  for (const wrong of [
    null,
    [],
    'x',
    1,
    {},
    { ...stored, sha256: 'x' },
    { ...stored, environment: null },
    { ...stored, schemaVersion: '1' },
  ]) {
    assert.equal(await codeFor(JSON.stringify(wrong)), 'environment-last-damaged');
  }
});

test('any JSON in its place is survived', async t => {
  const guest = guestWith(t, { files: { [lastPath]: '' } });
  await fc.assert(
    fc.asyncProperty(fc.json(), async json => {
      writeFileSync(join(guest.root, lastPath), json);
      assert.equal((await readLast(guest)).last, null);
    }),
    { numRuns: 100 },
  );
});

test('in force: the found one; else the last one, stale; a refused document does not replace it', async t => {
  const inForceOn = async (guest: WritableGuest) => environmentInForce(guest, await fetchEnvironment(guest, null));
  const fresh = guestWith(t, { drives: { sr0: makeDisc(t, { 'ovf-env.xml': document }) } });
  const found = await inForceOn(fresh);
  assert.equal(found.environment?.stale, false);
  assert.equal(found.environment?.properties['hostname'], 'web1');

  const empty = guestWith(t, { drives: { sr0: null } });
  assert.deepEqual(await inForceOn(empty), {
    environment: null,
    sha256: null,
    toStore: null,
    refused: null,
    notices: [],
  });
  await writeLast(empty, await environmentOf(), digest);
  const last = await inForceOn(empty);
  assert.equal(last.environment?.stale, true);
  assert.equal(last.sha256, digest);
  assert.deepEqual(last.notices, []);

  const bad = guestWith(t, { drives: { sr0: makeDisc(t, { 'ovf-env.xml': '<!DOCTYPE a><a/>' }) } });
  await writeLast(bad, await environmentOf(), digest);
  const refused = await inForceOn(bad);
  assert.equal(refused.environment?.stale, true);
  assert.equal(refused.environment?.properties['hostname'], 'web1');
  assert.equal(refused.refused?.code, 'environment-doctype');
  assert.deepEqual(
    refused.notices.map(({ code }) => code),
    ['environment-doctype'],
  );
});

test('this boot: everybody may read the rest, root alone the secrets', async t => {
  const guest = guestWith(t, {});
  await publishEnvironment(guest, await environmentOf());
  assert.equal(modeOf(guest, publicPath), 0o644);
  assert.equal(modeOf(guest, secretsPath), 0o600);
  const text = String(await guest.read(publicPath));
  for (const secret of ['s3cret', 'hidden', 'admin_password', '****']) assert.ok(!text.includes(secret), secret);
  const shared = await fileOf(guest, publicPath);
  assert.equal(shared.schemaVersion, 1);
  assert.equal(shared.properties.hostname, 'web1');
  assert.deepEqual(shared.peers, [{ id: 'db', properties: { hostname: 'db1' } }]);
  assert.deepEqual(await fileOf(guest, secretsPath), {
    schemaVersion: 1,
    properties: { admin_password: 's3cret "quoted"' },
    peers: [{ id: 'db', properties: { 'db.password': 'hidden' } }],
  });
  await publishEnvironment(guest, null);
  assert.equal(await guest.read(publicPath), null);
  assert.equal(await guest.read(secretsPath), null);
});
