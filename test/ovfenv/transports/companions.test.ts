import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDocument } from '../../../src/ovfenv/document.ts';
import { iso } from '../../../src/ovfenv/transports/iso.ts';
import { document, guestWith, makeDisc } from '../fixture.ts';

const files = {
  'ovf-env.xml': document,
  'ovffiles/licence.txt': 'x',
  'ovffiles/keys/first.pem': 'x',
  'ovffiles/keys/second.pem': 'x',
  'other/not-ours.txt': 'x',
};

for (const maker of ['xorriso, Joliet and Rock Ridge', 'genisoimage, Rock Ridge', 'genisoimage, Joliet'] as const) {
  test(`the files beside the document are listed: ${maker}`, async t => {
    const { found } = await iso.fetch(guestWith(t, { drives: { sr0: makeDisc(t, files, { maker }) } }));
    const paths = ['/ovffiles/keys/first.pem', '/ovffiles/keys/second.pem', '/ovffiles/licence.txt'];
    assert.deepEqual(found?.files, paths);
    const read = found && (await readDocument(found));
    assert.ok(read && 'environment' in read);
    assert.deepEqual(read.environment.files, paths);
  });
}

test('no more than a thousand are listed', async t => {
  const many = Object.fromEntries(Array.from({ length: 1100 }, (_, at) => [`ovffiles/${at}.txt`, '']));
  const { found } = await iso.fetch(guestWith(t, { drives: { sr0: makeDisc(t, { ...many, ...files }) } }));
  assert.equal(found?.files?.length, 1000);
});

test('a folder that contains itself ends', async t => {
  const maker = 'genisoimage, Joliet';
  const guest = guestWith(t, { drives: { sr0: makeDisc(t, files, { maker }) } });
  const device = join(guest.root, 'dev/sr0');
  const image = readFileSync(device);
  // In the Joliet tree, `keys` is made to lie where `ovffiles` does.
  const entryAt = (name: string): number => image.lastIndexOf(Buffer.from(name, 'utf16le').swap16()) - 33;
  image.copy(image, entryAt('keys') + 2, entryAt('ovffiles') + 2, entryAt('ovffiles') + 18);
  writeFileSync(device, image);
  const listed = (await iso.fetch(guest)).found?.files ?? [];
  assert.ok(listed.includes('/ovffiles/keys/keys/licence.txt'), listed.join(' '));
  assert.ok(listed.every(path => path.split('/').length < 12));
});
