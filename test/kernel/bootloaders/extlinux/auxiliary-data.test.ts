/** The vector at the end of ldlinux.sys, as the loader and its own tool read and write it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { openGuest } from '../../../../src/guest/open.ts';
import {
  formatVector,
  onceOf,
  parseVector,
  readVector,
  setOnce,
} from '../../../../src/kernel/bootloaders/extlinux/auxiliary-data.ts';
import { folderWith } from '../../../detect/folder.ts';
import { CORE, coreWith } from './machine.ts';

/** What `extlinux --once=enlighten-trial` of Syslinux 6.04 left, twice; and what `extlinux --install` had. */
const byTheTool = (sum: number, ...data: Buffer[]): Buffer => {
  const copy = Buffer.alloc(512);
  copy.writeUInt32LE(0x5a2d2fa5, 0);
  copy.writeUInt32LE(sum, 4);
  Buffer.concat(data).copy(copy, 8);
  copy.writeUInt32LE(0xdd28bf64, 508);
  return Buffer.concat([copy, copy]);
};
const armed = byTheTool(0x3d5fc6a6, Buffer.from('\x01\x0fenlighten-trial', 'latin1'));
const fresh = byTheTool(0xa3041767);

test('bytes are those of extlinux itself, both ways', () => {
  assert.equal(onceOf(parseVector(armed)), 'enlighten-trial');
  assert.deepEqual(parseVector(fresh), new Map());
  assert.deepEqual(formatVector(new Map([[1, Buffer.from('enlighten-trial')]])), armed);
  assert.deepEqual(formatVector(new Map()), fresh);
});

const guestWith = (t: Parameters<typeof folderWith>[0], vector: Buffer | null) => {
  const root = folderWith(t, { files: { [CORE]: coreWith(vector) } });
  return { root, guest: openGuest(root), bytes: () => readFileSync(root + CORE) };
};

test('a command for one boot comes and goes, and nothing else of the loader changes', async t => {
  const { guest, bytes } = guestWith(t, fresh);
  await setOnce(guest, CORE, 'enlighten-trial');
  assert.deepEqual(bytes(), coreWith(armed));
  await setOnce(guest, CORE, null);
  assert.deepEqual(bytes(), coreWith(fresh));
});

test('what somebody else keeps there stays', async t => {
  const saved = new Map([[2, Buffer.from('chosen in the menu')]]);
  const { guest } = guestWith(t, formatVector(saved));
  await setOnce(guest, CORE, 'enlighten-trial');
  const tags = await readVector(guest, CORE);
  assert.deepEqual([onceOf(tags), tags?.get(2)], ['enlighten-trial', saved.get(2)]);
});

test('of a torn write one whole copy is read: the old one or the new one', async t => {
  const half = (first: Buffer, second: Buffer) => Buffer.concat([first.subarray(0, 512), second.subarray(512)]);
  const rotten = Buffer.alloc(1024, 0xff);
  for (const [vector, once] of [
    [half(armed, fresh), 'enlighten-trial'],
    [half(fresh, armed), null],
    [half(rotten, armed), 'enlighten-trial'],
    [half(armed, rotten), 'enlighten-trial'],
  ] as const) {
    const { guest } = guestWith(t, vector);
    assert.equal(onceOf(await readVector(guest, CORE)), once);
  }
});

test('where there is none, or no room, it says so, and nothing is written', async t => {
  const full = formatVector(
    new Map([
      [2, Buffer.alloc(250)],
      [3, Buffer.alloc(240)],
    ]),
  );
  assert.notEqual(full, null);
  for (const content of [null, Buffer.alloc(1024, 0xff), Buffer.alloc(1024), full]) {
    const { guest, bytes } = guestWith(t, content);
    await assert.rejects(setOnce(guest, CORE, 'enlighten-trial'), { code: 'unwritable' });
    await setOnce(guest, CORE, null);
    assert.deepEqual(bytes(), coreWith(content));
  }
  const { root, guest } = guestWith(t, null);
  writeFileSync(root + CORE, 'short');
  assert.equal(await readVector(guest, CORE), null);
});

test('whatever was kept is read again, and any bytes are read without an error', () => {
  const tag = fc.tuple(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 255 }));
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 6 }), entries => {
      const tags = new Map(entries.map(([key, value]) => [key, Buffer.from(value)]));
      const vector = formatVector(tags);
      if (vector !== null) assert.deepEqual(parseVector(vector), tags);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1024, maxLength: 1024 }), bytes => {
      parseVector(Buffer.from(bytes));
    }),
  );
  // With a right sum, so that the tags are looked at.
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 500, maxLength: 500 }), data => {
      const copy = Buffer.alloc(512);
      copy.writeUInt32LE(0x5a2d2fa5, 0);
      Buffer.from(data).copy(copy, 8);
      copy.writeUInt32LE(0xdd28bf64, 508);
      let sum = 0;
      for (let at = 8; at < 508; at += 4) sum = (sum + copy.readUInt32LE(at)) >>> 0;
      copy.writeUInt32LE((0xa3041767 - sum) >>> 0, 4);
      assert.notEqual(parseVector(Buffer.concat([copy, copy])), null);
    }),
  );
});
