/** A recording is data from elsewhere: whatever is in it, the folder gives an answer or says that it is none. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EnlightenError } from '../../src/errors.ts';
import type { Guest, Stat } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import { queryKey, RECORDING, type Recording, recallKey } from '../../src/guest/recorded.ts';
import { folderWith } from '../detect/folder.ts';

/** One folder for all runs; the recording is read once by each guest. */
const playing = (root: string) => (recording: string | Uint8Array) => {
  writeFileSync(join(root, RECORDING), recording);
  return openGuest(root);
};
const refused = (error: unknown): boolean => error instanceof EnlightenError && error.code === 'refused';

const firstBlock = async (guest: Guest): Promise<void> => {
  const reader = await guest.block('/etc/file');
  try {
    await reader?.read(0, 512);
  } finally {
    await reader?.close();
  }
};

const empty: Recording = { schemaVersion: 1, stats: {}, free: {}, failures: {}, blocks: {}, queries: {}, recalled: {} };

/** A recording in which one part at any depth is something else. */
const broken = fc
  .tuple(
    fc.constantFrom(...Object.keys(empty)),
    fc.constantFrom('/etc/file', '__proto__', 'x'),
    fc.jsonValue(),
    fc.boolean(),
  )
  .map(([part, key, value, whole]) => ({ ...empty, [part]: whole ? value : { [key]: value } }));

test('any bytes, any JSON, any part of it wrong: an answer, or a clear error', async t => {
  const play = playing(folderWith(t, { files: { '/etc/file': 'x' } }));
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json(),
    broken.map(value => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(text, async recording => {
      const guest = play(recording);
      const asked = [
        () => guest.read('/etc/file'),
        () => guest.text('/etc/file'),
        () => guest.stat('/etc/file'),
        () => firstBlock(guest),
        () => guest.free('/etc/file'),
        () => guest.query('failed-units', []),
      ];
      for (const ask of asked) {
        try {
          await ask();
        } catch (error) {
          assert.ok(error instanceof EnlightenError, String(error));
        }
      }
    }),
  );
});

test('one that is not of the shape is refused, not half believed', async t => {
  const play = playing(folderWith(t, { files: { '/etc/file': 'x' } }));
  const wrong = [
    { ...empty, schemaVersion: 2 },
    { ...empty, stats: [] },
    { ...empty, stats: { '/x': { kind: 'file' } } },
    { ...empty, free: { '/x': -1 } },
    { ...empty, blocks: { '/x': [{ offset: 0.5, bytes: '' }] } },
    { ...empty, failures: { '/x': { code: 'gone', happened: '' } } },
    { ...empty, queries: { x: { exitCode: 0, stdout: '' } } },
    { schemaVersion: 1 },
    [empty],
    null,
  ];
  for (const recording of wrong)
    await assert.rejects(play(JSON.stringify(recording)).stat('/etc/file'), refused, JSON.stringify(recording));
});

/** Names that JavaScript's objects have, too. */
const name = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('constructor', 'toString', '__proto__'));
const stat = fc.record<Stat>({
  kind: fc.constantFrom('file', 'folder', 'block', 'char', 'other'),
  size: fc.nat(),
  mode: fc.nat(0o7777),
  group: fc.nat(),
  owner: fc.nat(),
  mtimeMs: fc.double({ noNaN: true, noDefaultInfinity: true }).map(one => (Object.is(one, -0) ? 0 : one)),
  device: fc.constantFrom('8:1', '0:5'),
  inode: fc.nat(),
  blocks: fc.nat(),
});

test('what was recorded is told, of each path its own', async t => {
  const root = folderWith(t, { folders: ['/d'] });
  const play = playing(root);
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      stat,
      bytes,
      fc.jsonValue(),
      async (names, known, read, answer) => {
        const [first = ''] = names;
        const at = (one: string): string => `/d/${one}`;
        const of = <T>(key: string, value: T): Record<string, T> => Object.fromEntries([[key, value]]);
        for (const one of names) writeFileSync(join(root, at(one)), 'on the folder');
        const guest = play(
          JSON.stringify({
            ...empty,
            stats: of(at(first), known),
            free: of(at(first), known.size),
            blocks: of(at(first), [{ offset: 512, bytes: Buffer.from(read).toString('base64') }]),
            queries: of(queryKey('failed-units', [first]), { exitCode: 3, stdout: first, stderr: '' }),
            recalled: of(recallKey('md5', at(first)), answer),
          }),
        );
        assert.deepEqual(await guest.stat(at(first)), { ...known });
        assert.equal(await guest.free(at(first)), known.size);
        const reader = await guest.block(at(first));
        assert.deepEqual(await reader?.read(512, 32), Buffer.from(read).subarray(0, 32));
        await assert.rejects(async () => reader?.read(0, 1), EnlightenError);
        await reader?.close();
        assert.equal((await guest.query('failed-units', [first]))?.stdout, first);
        assert.equal(await guest.query('failed-units', []), null);
        assert.deepEqual(
          await guest.recall('md5', at(first), async () => 'computed'),
          JSON.parse(JSON.stringify(answer)),
        );
        assert.equal(await guest.recall('sha256', at(first), async () => 'computed'), 'computed');
        for (const other of names.slice(1)) assert.equal((await guest.stat(at(other)))?.size, 'on the folder'.length);
      },
    ),
  );
});

test('a file that could not be read cannot be read, one that was not there is not there', async t => {
  const guest = playing(folderWith(t, { files: { '/a': 'x', '/b': 'x', '/c': 'x' } }))(
    JSON.stringify({
      ...empty,
      failures: {
        '/a': { code: 'absent', happened: 'it is absent' },
        '/b': { code: 'unreadable', happened: 'permission denied' },
      },
    }),
  );
  assert.equal(await guest.read('/a'), null);
  await assert.rejects(guest.read('/b'), /permission denied/);
  assert.equal((await guest.read('/c'))?.toString(), 'x');
});
