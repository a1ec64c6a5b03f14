import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { seed } from '../../src/ovfenv/transports/seed.ts';
import { document, guestWith } from './fixture.ts';

const path = 'var/lib/enlighten/seed/ovf-env.xml';

test('the file as it is; absent and empty are nothing; a folder and a huge file are Notices', async t => {
  const { found } = await seed.fetch(guestWith(t, { files: { [path]: document } }));
  assert.deepEqual(
    { ...found, document: found?.document.toString() },
    { transport: 'seed', source: `/${path}`, document },
  );
  for (const files of [{}, { [path]: '' }, { [path]: ' \n' }]) {
    assert.deepEqual(await seed.fetch(guestWith(t, { files })), { found: null, notices: [] });
  }
  const codes = async (files: Record<string, string | Buffer>) =>
    (await seed.fetch(guestWith(t, { files }))).notices.map(({ code }) => code);
  assert.deepEqual(await codes({ [`${path}/x`]: '' }), ['environment-unreadable']);
  assert.deepEqual(await codes({ [path]: Buffer.alloc(largestDocument + 1, 'x') }), ['environment-too-large']);
});

test('scrub removes it', async t => {
  const guest = guestWith(t, { files: { [path]: document } });
  const { found } = await seed.fetch(guest);
  assert.ok(found);
  assert.equal(await seed.scrub?.(guest, found), true);
  assert.equal(existsSync(join(guest.root, path)), false);
  const folder = guestWith(t, { files: { [`${path}/x`]: '' } });
  await assert.rejects(async () => seed.scrub?.(folder, found), { code: 'unwritable' });
});
