import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnlightenError } from '../../src/errors.ts';
import { readDocument } from '../../src/ovfenv/document.ts';
import { makeDocument } from '../../src/ovfenv/make.ts';

const readBack = async (document: string) => {
  const read = await readDocument({ transport: 'file', source: 'made', document: Buffer.from(document) });
  assert.ok('environment' in read, JSON.stringify(read));
  return read.environment;
};

/** Any text XML 1.0 can hold. */
const speakable = fc
  .string({ unit: 'binary' })
  .filter(text => text.isWellFormed() && !/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text));

test('what is written is what is read, whatever the keys and values', async () => {
  const properties = fc.dictionary(
    speakable.filter(key => key !== '' && key !== '__proto__'),
    speakable,
    { maxKeys: 5 },
  );
  await fc.assert(
    fc.asyncProperty(speakable, properties, async (id, wanted) => {
      const environment = await readBack(makeDocument(id, wanted));
      assert.deepEqual({ ...environment.properties }, { ...wanted });
      assert.equal(environment.id ?? '', id);
      assert.deepEqual(environment.notices, []);
    }),
    { numRuns: 200 },
  );
});

test('white space and markup in a value survive', async () => {
  const value = ' a\tb\r\nc <&"\'> ]]> ';
  assert.equal((await readBack(makeDocument('vm', { value }))).properties['value'], value);
});

test('a character XML cannot hold is refused, not written', () => {
  for (const bad of ['\0', '\x1b', '\ufffe', '\ud800']) {
    assert.throws(() => makeDocument('vm', { key: bad }), EnlightenError);
    assert.throws(() => makeDocument(bad, {}), EnlightenError);
  }
});
