import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { documentInStrings, smbiosStringsOf } from '../../../src/ovfenv/transports/smbios-strings.ts';
import { document } from '../fixture.ts';

const max = 1024 * 1024;
const foreign = ['io.systemd.credential:ovf.env=x', '', 'ovf-env:1/1:AAAA', 'To Be Filled By O.E.M.'];
const read = (strings: readonly string[]) => documentInStrings(strings, max);

test('any document comes back from its strings, in any order and among others', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.string({ maxLength: 3000 }).map(Buffer.from));
  const longest = fc.integer({ min: 40, max: 5000 });
  fc.assert(
    fc.property(bytes, longest, fc.infiniteStream(fc.nat()), (content, length, order) => {
      const strings = smbiosStringsOf(Buffer.from(content), length);
      for (const string of strings) assert.ok(string.length <= length && /^[\x21-\x7e]+$/.test(string));
      const shuffled = [...strings, ...foreign]
        .map(string => ({ string, key: order.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ string }) => `${string}\n`);
      assert.deepEqual(read([...shuffled, ...shuffled]), { state: 'read', document: Buffer.from(content) });
    }),
  );
});

test('written by hand: plain Base64, or gzip with a trailing line end', () => {
  const plain = `org.dmtf.ovf.env:1/1:${Buffer.from(document).toString('base64')}`;
  const packed = `org.dmtf.ovf.env:1/1:${gzipSync(document).toString('base64')}\n`;
  for (const string of [plain, packed]) {
    assert.deepEqual(read([string]), { state: 'read', document: Buffer.from(document) });
  }
});

test('no string of ours is absence; a missing, contradictory or malformed one is damage', () => {
  assert.deepEqual(read(foreign), { state: 'absent' });
  const [one = '', two = '', three = ''] = smbiosStringsOf(Buffer.from(document), 300);
  const cases = {
    'one is missing': [one, three],
    'the last is missing': [one, two],
    'two counts': [one, two, three.replace(/\/\d+:/, '/9:')],
    'two different firsts': [one, one.replace(/.$/, 'A'), two, three],
    'a number beyond the count': [one.replace(/1\/\d+:/, '9/1:')],
    'no number': ['org.dmtf.ovf.env:PD94'],
    'a number of zero': ['org.dmtf.ovf.env:0/1:PD94'],
    'not Base64': ['org.dmtf.ovf.env:1/1:<?xml?>'],
    'broken gzip': ['org.dmtf.ovf.env:1/1:H4sIAAAA'],
  };
  for (const [name, strings] of Object.entries(cases)) assert.equal(read(strings).state, 'damaged', name);
});

test('a bomb is refused before it unfolds, and so is what is too long in itself', () => {
  const bomb = `org.dmtf.ovf.env:1/1:${gzipSync(Buffer.alloc(64 * max)).toString('base64')}`;
  assert.deepEqual(read([bomb]), { state: 'too-large' });
  const long = `org.dmtf.ovf.env:1/1:${Buffer.alloc(max + 1, 'x').toString('base64')}`;
  assert.deepEqual(read([long]), { state: 'too-large' });
  assert.deepEqual(read(['org.dmtf.ovf.env:1/9999:AAAA']), { state: 'too-large' });
});

test('whatever the strings are, the answer is one of the four and nothing is thrown', () => {
  const piece = fc.tuple(fc.nat(12), fc.nat(12), fc.base64String({ maxLength: 40 }));
  const string = fc.oneof(
    fc.string(),
    fc.string().map(text => `org.dmtf.ovf.env:${text}`),
    piece.map(([number, count, data]) => `org.dmtf.ovf.env:${number}/${count}:${data}`),
  );
  fc.assert(
    fc.property(fc.array(string), strings => {
      assert.match(read(strings).state, /^(absent|too-large|damaged|read)$/);
    }),
  );
});
