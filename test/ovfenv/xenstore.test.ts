/** The wire protocol on a character device, against a peer that answers byte for byte as xenstored does, and as it never should. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { EnlightenError } from '../../src/errors.ts';
import type { Channel, Guest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { xenstore, xenstoreNodesOf } from '../../src/ovfenv/transports/xenstore.ts';
import { headerIn, namesIn, requestFor } from '../../src/ovfenv/xenstore/wire.ts';
import { folderWith } from '../detect/folder.ts';
import { cannotStand, encoded, fetchedThrough, type Nodes, store } from '../hypervisors/xenstore.ts';
import { document } from './fixture.ts';

type Answer = Parameters<typeof fetchedThrough>[0];

const nodesOf = (entries: [string, string][]): Nodes =>
  new Map(entries.map(([path, value]) => [path, Buffer.from(value)]));

test('a short document is one node, asked for in exactly these bytes', { skip: cannotStand }, async () => {
  const { found, notices, requests } = await fetchedThrough(store(nodesOf([['vm-data/ovfenv', document]])));
  assert.deepEqual(notices, []);
  assert.equal(found?.document.toString(), document);
  assert.equal(found?.transport, 'xenstore');
  assert.deepEqual(
    requests.map(request => encoded(request).toString('latin1')),
    ['\x02\0\0\0\x01\0\0\0\0\0\0\0\x0f\0\0\0vm-data/ovfenv\0'],
  );
});

test('a document of 4096 bytes, the longest payload there is, is still one node', { skip: cannotStand }, async () => {
  const longest = 'x'.repeat(4096);
  const { found } = await fetchedThrough(store(nodesOf([['vm-data/ovfenv', longest]])), 'proc/xen/xenbus');
  assert.equal(found?.document.toString(), longest);
});

test('100 KB in pieces, listed in no order, with other nodes beside them', { skip: cannotStand }, async () => {
  const long = `${document}<!-- ${'ü€😀'.repeat(12_000)} -->`;
  const pieces = xenstoreNodesOf(Buffer.from(long)).toReversed();
  const { found, notices } = await fetchedThrough(
    store(nodesOf([['vm-data/ovfenv/x', 'y'], ['vm-data/other', 'z'], ['vm-data/ovfenv', ' '], ...pieces])),
  );
  assert.deepEqual(notices, []);
  assert.equal(found?.document.toString(), long);
});

/** A guest whose device is answered in this process. */
const answeredBy = (guest: Guest, answer: (request: Buffer) => Buffer): Guest => {
  let waiting = Buffer.alloc(0);
  const channel: Channel = {
    write: async request => {
      waiting = Buffer.concat([waiting, answer(request)]);
    },
    read: async length => {
      if (waiting.length < length) {
        throw new EnlightenError('unreadable', { tried: 'read', on: 'it', happened: 'no answer within 1000 ms' });
      }
      const taken = waiting.subarray(0, length);
      waiting = waiting.subarray(length);
      return taken;
    },
    close: async () => {},
  };
  return { ...guest, channel: async () => channel };
};

/** Requests as the peer reads them. */
const parsed = (bytes: Buffer) => ({
  type: bytes.readUInt32LE(0),
  request: bytes.readUInt32LE(4),
  transaction: bytes.readUInt32LE(8),
  payload: bytes.subarray(16),
});

/** What is fetched where this peer answers in this process. */
const fetchedFrom = (t: TestContext, answer: Answer) =>
  xenstore.fetch(answeredBy(openGuest(folderWith(t, {})), request => answer(parsed(request))));

test('no node is nothing, in silence; a missing piece has a Notice', async t => {
  for (const nodes of [nodesOf([]), nodesOf([['vm-data/other', 'x']]), nodesOf([['vm-data/ovfenv', '']])]) {
    assert.deepEqual(await fetchedFrom(t, store(nodes)), { found: null, notices: [] });
  }
  const gap = nodesOf([
    ['vm-data/ovfenv/0', 'a'],
    ['vm-data/ovfenv/2', 'c'],
  ]);
  const { found, notices } = await fetchedFrom(t, store(gap));
  assert.equal(found, null);
  assert.match(notices[0]?.happened ?? '', /piece 1 is missing/);
});

const wrong: Record<string, [Answer, RegExp]> = {
  'refuses with another error': [
    request => encoded({ ...request, type: 16, payload: Buffer.from('EACCES\0') }),
    /EACCES/,
  ],
  'answers another request': [request => encoded({ ...request, request: 77 }), /something else/],
  'answers with another type': [request => encoded({ ...request, type: 15 }), /something else/],
  'announces more than the protocol allows': [
    request => encoded({ ...request, payload: Buffer.alloc(4097) }),
    /longer than the protocol allows/,
  ],
};
for (const [what, [answer, says]] of Object.entries(wrong)) {
  test(`a peer that ${what} is a Notice`, async t => {
    const { found, notices } = await fetchedFrom(t, answer);
    assert.equal(found, null);
    assert.equal(notices[0]?.code, 'environment-unreadable');
    assert.match(notices[0]?.happened ?? '', says);
  });
}

const silent: Record<string, Answer> = {
  'never answers': () => Buffer.alloc(0),
  'stops in the middle of a value': request => encoded(request).subarray(0, 20),
};
for (const [what, answer] of Object.entries(silent)) {
  test(`a peer that ${what} is a Notice, and is not waited for`, { skip: cannotStand }, async () => {
    const { found, notices } = await fetchedThrough(answer);
    assert.equal(found, null);
    assert.match(notices[0]?.happened ?? '', /no answer within 1000 ms/);
  });
}

test('no device, and a plain file in its place, are nothing; the file stays as it was', async t => {
  const root = folderWith(t, { files: { '/dev/xen/xenbus': 'captured' } });
  assert.deepEqual(await xenstore.fetch(openGuest(root)), { found: null, notices: [] });
  assert.equal(readFileSync(join(root, 'dev/xen/xenbus'), 'utf8'), 'captured');
  assert.deepEqual(await xenstore.fetch(openGuest(folderWith(t, {}))), { found: null, notices: [] });
});

test('a store that has more than the largest document is not read to its end', async t => {
  const guest = openGuest(folderWith(t, {}));
  const many = Array.from({ length: 1000 }, (_, at): [string, string] => [`vm-data/ovfenv/${at}`, 'x'.repeat(4096)]);
  const answer = store(nodesOf(many));
  let bytes = 0;
  const counted = answeredBy(guest, request => {
    const reply = answer(parsed(request));
    bytes += reply.length;
    return reply;
  });
  const { found, notices } = await xenstore.fetch(counted);
  assert.equal(found, null);
  assert.equal(notices.length, 1);
  assert.ok(bytes < largestDocument + 64 * 1024);
});

test('property: any text survives being cut into nodes', async t => {
  const guest = openGuest(folderWith(t, {}));
  const text = fc.string({ unit: 'binary', maxLength: 300 }).map(each => `.${each.repeat(40)}.`);
  await fc.assert(
    fc.asyncProperty(text, async whole => {
      const nodes = xenstoreNodesOf(Buffer.from(whole));
      for (const [, value] of nodes) assert.ok(Buffer.byteLength(value) <= 2048);
      const answer = store(nodesOf(nodes));
      const { found } = await xenstore.fetch(answeredBy(guest, request => answer(parsed(request))));
      assert.equal(found?.document.toString(), whole);
    }),
    { numRuns: 100 },
  );
});

test('no node begins or ends with white space that a tool could trim', () => {
  const sentence = ' <Property oe:key="k"\n\toe:value="some words   and ü"/>\n';
  const nodes = xenstoreNodesOf(Buffer.from(`<Environment>${sentence.repeat(200)}</Environment>`));
  assert.ok(nodes.length > 4);
  assert.deepEqual(
    nodes.map(([, value]) => value.trim()),
    nodes.map(([, value]) => value),
  );
});

test('property: whatever the device says ends in a document, nothing, or a Notice', async t => {
  const guest = openGuest(folderWith(t, {}));
  const header = fc.tuple(fc.constantFrom(0, 1, 2, 16, 2 ** 32 - 1), fc.constantFrom(0, 1, 2), fc.nat(5000));
  await fc.assert(
    fc.asyncProperty(
      fc.array(header, { minLength: 1, maxLength: 8 }),
      fc.uint8Array({ maxLength: 64 }),
      async (headers, bytes) => {
        let at = 0;
        const device = answeredBy(guest, () => {
          const [type, request, length] = headers[at++ % headers.length] as [number, number, number];
          const announced = encoded({
            type,
            request,
            transaction: 0,
            payload: Buffer.alloc(length, Buffer.from([0, ...bytes])),
          });
          return announced.subarray(0, 16 + Math.min(length, 40 * bytes.length));
        });
        const { found } = await xenstore.fetch(device);
        assert.ok((found?.document.length ?? 0) <= largestDocument);
      },
    ),
    { numRuns: 300 },
  );
});

test('property: a request reads back as it was framed, and names as they were listed', () => {
  fc.assert(
    fc.property(fc.nat(20), fc.nat(), fc.stringMatching(/^[\w/-]{1,200}$/), (type, request, path) => {
      const bytes = requestFor(type, request, path);
      assert.deepEqual(headerIn(bytes), { type, request, length: path.length + 1 });
      assert.equal(bytes.toString('utf8', 16), `${path}\0`);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[\w-]{1,20}$/)), names => {
      assert.deepEqual(namesIn(Buffer.from(names.map(name => `${name}\0`).join(''))), names);
    }),
  );
});
