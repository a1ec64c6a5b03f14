import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnlightenError } from '../../../src/errors.ts';
import { readDocument } from '../../../src/ovfenv/document.ts';
import { makeDocument } from '../../../src/ovfenv/make/document.ts';
import { folderWith } from '../../detect/folder.ts';
import { anyWishes, wishing } from './wishes.ts';

const schema = join(import.meta.dirname, 'ovf-environment.xsd');

const readBack = async (document: string) => {
  const read = await readDocument({ transport: 'file', source: 'made', document: Buffer.from(document) });
  assert.ok('environment' in read, JSON.stringify(read));
  return read.environment;
};

test('what is written is what is read, whatever the keys and values', async () => {
  await fc.assert(
    fc.asyncProperty(anyWishes, async wishes => {
      const environment = await readBack(makeDocument(wishes));
      assert.deepEqual({ ...environment.properties }, { ...wishes.properties });
      assert.equal(environment.id ?? '', wishes.id);
      assert.deepEqual(JSON.parse(JSON.stringify(environment.peers)), JSON.parse(JSON.stringify(wishes.peers)));
      assert.deepEqual(environment.notices, []);
    }),
    { numRuns: 200 },
  );
});

test('white space and markup in a value survive', async () => {
  const value = ' a\tb\r\nc <&"\'> ]]> ';
  assert.equal((await readBack(makeDocument(wishing({ value })))).properties['value'], value);
});

test('a character XML cannot hold is refused, not written; the error names the key, not the value', () => {
  for (const bad of ['\0', '\x1b', '\ufffe', '\ud800']) {
    assert.throws(() => makeDocument(wishing({ key: `s3cret${bad}` })), { name: 'EnlightenError', message: /key/ });
    assert.throws(
      () => makeDocument(wishing({ key: `s3cret${bad}` })),
      ({ message }) => !message.includes('s3cret'),
    );
    assert.throws(() => makeDocument({ ...wishing({}), id: bad }), EnlightenError);
    assert.throws(() => makeDocument({ ...wishing({}), peers: [{ id: bad, properties: {} }] }), EnlightenError);
  }
});

test('it is valid after the schema, and the schema is not blind', t => {
  const file = join(folderWith(t, {}), 'ovf-env.xml');
  const validates = (document: string): boolean => {
    writeFileSync(file, document);
    return spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, file]).status === 0;
  };
  const documents = fc.sample(anyWishes, { numRuns: 20, seed: 1 }).map(makeDocument);
  for (const document of documents) assert.ok(validates(document), document);
  const good = makeDocument({ ...wishing({ key: 'value' }), peers: [{ id: 'vm2', properties: {} }] });
  assert.ok(validates(good));
  for (const [from, to] of [
    ['oe:key=', 'key='],
    ['oe:value="value"', ''],
    ['<Entity oe:id="vm2">', '<Entity>'],
    ['<Property ', '<property '],
    ['environment/1', 'environment/2'],
  ] as const)
    assert.ok(!validates(good.replaceAll(from, to)), from);
});
