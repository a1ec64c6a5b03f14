/** A guest on a folder: nothing leaves the folder, every read is bounded, every write is whole or has not happened. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { EnlightenError } from '../../src/errors.ts';
import { openGuest } from '../../src/guest/open.ts';
import { type Contents, folderWith } from '../detect/folder.ts';

const withCode = (code: EnlightenError['code']) => (error: unknown) =>
  error instanceof Error && error.name === 'EnlightenError' && 'code' in error && error.code === code;

/** A guest one level below a folder that holds a file which must never be seen. */
const caged = (t: TestContext, contents: Contents) => {
  const files = Object.fromEntries(Object.entries(contents.files ?? {}).map(([path, text]) => [`/root${path}`, text]));
  const links = Object.fromEntries(Object.entries(contents.links ?? {}).map(([path, to]) => [`/root${path}`, to]));
  const outer = folderWith(t, { files: { '/secret': 'outside', ...files }, links, folders: ['/root'] });
  return { outer, root: join(outer, 'root'), guest: openGuest(join(outer, 'root')) };
};

test('links and .. never leave the root', async t => {
  const { outer, guest } = caged(t, {
    files: { '/secret': 'inside', '/etc/file': 'x' },
    links: {
      '/absolute': '/secret',
      '/up': '../../../../secret',
      '/etc/up': '../../secret',
      '/folder': '/..',
      '/a/b/deep': '../../../../../../secret',
      '/chain': '/etc/up',
    },
  });
  const paths = [
    '/absolute',
    '/up',
    '/etc/up',
    '/folder/secret',
    '/a/b/deep',
    '/chain',
    '/../secret',
    '/etc/../../secret',
  ];
  for (const path of paths) assert.equal(await guest.text(path), 'inside', path);
  assert.equal(await guest.resolve('/folder/etc/up'), '/secret');
  assert.equal(await guest.link('/up'), '../../../../secret');
  await guest.set('/up', 'changed');
  await guest.overwrite('/etc/up', Buffer.from('CHANGED'));
  await guest.replace('/folder/new', 'x');
  await guest.append('/a/b/../../../../log', 'x');
  assert.equal(readFileSync(join(outer, 'secret'), 'utf8'), 'outside');
  assert.equal(await guest.text('/secret'), 'CHANGED');
  assert.deepEqual(readdirSync(outer).sort(), ['root', 'secret']);
});

test('no path of dots, links and names leads out', async t => {
  const { guest } = caged(t, {
    files: { '/d/e/f': '1' },
    links: { '/l': '/d', '/d/m': '../..', '/d/e/n': '/l/../..' },
  });
  const part = fc.constantFrom('..', '.', '', 'd', 'e', 'l', 'm', 'n', 'secret', 'f');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 12 }), async parts => {
      assert.notEqual(await guest.text(`/${parts.join('/')}`), 'outside');
      const real = await guest.resolve(`/${parts.join('/')}`);
      assert.ok(real === null || !real.split('/').includes('..'));
    }),
    { numRuns: 200 },
  );
});

test('removing and replacing a link touches the link, not what it points to', async t => {
  const { root, guest } = caged(t, { files: { '/kept': 'kept' }, links: { '/one': '/kept', '/two': '/kept' } });
  await guest.remove('/one');
  await guest.replace('/two', 'new');
  assert.equal(existsSync(join(root, 'one')), false);
  assert.equal(lstatSync(join(root, 'two')).isFile(), true);
  assert.equal(readFileSync(join(root, 'kept'), 'utf8'), 'kept');
  assert.equal(await guest.create('/kept', 'x'), false);
});

test('loops are absent to readers and an error to writers', async t => {
  const { root, guest } = caged(t, { links: { '/a': 'b', '/b': 'a', '/self/self': '../self/self' } });
  for (const path of ['/a', '/a/x', '/self/self/x']) {
    assert.equal(await guest.read(path), null, path);
    assert.equal(await guest.text(path), null);
    assert.equal(await guest.stat(path), null);
    assert.equal(await guest.resolve(path), null);
    assert.equal(await guest.block(path), null);
    assert.deepEqual(await guest.list(path), []);
  }
  await assert.rejects(guest.set('/a', 'x'), withCode('unwritable'));
  await assert.rejects(guest.replace('/a/x', 'x'), withCode('unwritable'));
  assert.equal(readlinkSync(join(root, 'a')), 'b');
});

test('a folder, a FIFO and a huge file where a file is expected', async t => {
  const root = folderWith(t, { folders: ['/folder'], files: { '/huge': '' } });
  const guest = openGuest(root);
  execFileSync('mkfifo', [join(root, 'fifo')]);
  truncateSync(join(root, 'huge'), 100 * 1024 * 1024);
  await assert.rejects(guest.read('/folder'), withCode('unreadable'));
  assert.equal(await guest.text('/folder'), null);
  assert.equal((await guest.read('/fifo'))?.length, 0);
  assert.equal((await guest.stat('/fifo'))?.kind, 'other');
  const before = process.memoryUsage().rss;
  await assert.rejects(guest.read('/huge'), withCode('too-large'));
  assert.equal((await guest.text('/huge'))?.length, 4096);
  assert.ok(process.memoryUsage().rss - before < 50 * 1024 * 1024);
  assert.equal((await guest.read('/huge', 100 * 1024 * 1024))?.length, 100 * 1024 * 1024);
  assert.equal(await guest.read('/absent/file'), null);
  assert.equal(await guest.read('/huge/below-a-file'), null);
});

test('exactly the bound is allowed, one byte more is not', async t => {
  const guest = openGuest(folderWith(t, { files: { '/ten': '0123456789' } }));
  assert.equal((await guest.read('/ten', 10))?.toString(), '0123456789');
  await assert.rejects(guest.read('/ten', 9), withCode('too-large'));
});

test('a block reader answers with what there is, and opens nothing where there is nothing', async t => {
  const guest = openGuest(folderWith(t, { files: { '/dev/sr0': '0123456789' }, folders: ['/dev/folder'] }));
  const reader = await guest.block('/dev/sr0');
  assert.ok(reader);
  assert.equal((await reader.read(8, 1000)).toString(), '89');
  assert.equal((await reader.read(1_000_000, 16)).length, 0);
  await reader.close();
  assert.equal(await guest.block('/dev/sr1'), null);
  const folder = await guest.block('/dev/folder');
  if (folder !== null) await assert.rejects(folder.read(0, 16), withCode('unreadable'));
  await folder?.close();
});

test('replace: new folders, the mode, and no leftovers', async t => {
  const root = folderWith(t, { files: { '/old': 'old' } });
  const guest = openGuest(root);
  writeFileSync(join(root, 'old.enlighten-new'), 'left by a power cut');
  await guest.replace('/old', Buffer.from('new'), 0o600);
  await guest.replace('/a/b/c', 'deep');
  assert.equal(await guest.text('/old'), 'new');
  assert.equal(statSync(join(root, 'old')).mode & 0o777, 0o600);
  assert.equal(statSync(join(root, 'a/b/c')).mode & 0o777, 0o644);
  assert.deepEqual(readdirSync(root).sort(), ['a', 'old']);
});

test('what cannot be replaced stays, byte for byte', async t => {
  const root = folderWith(t, { files: { '/file': 'bytes', '/folder/inside': 'bytes' } });
  const guest = openGuest(root);
  await assert.rejects(guest.replace('/folder', 'x'), withCode('unwritable'));
  await assert.rejects(guest.replace('/file/below', 'x'), withCode('unwritable'));
  mkdirSync(join(root, 'file.enlighten-new')); // in the way of the temporary file
  await assert.rejects(guest.replace('/file', 'x'), withCode('unwritable'));
  assert.equal(await guest.text('/file'), 'bytes');
  assert.equal(await guest.text('/folder/inside'), 'bytes');
  assert.equal(existsSync(join(root, 'folder.enlighten-new')), false);
});

test('a replace killed at its rename leaves the old bytes, and the next one succeeds', async t => {
  const root = folderWith(t, { files: { '/file': 'old' } });
  const program = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    fs.renameSync = () => process.kill(process.pid, 'SIGKILL');
    syncBuiltinESMExports();
    const { openGuest } = await import('${new URL('../../src/guest/open.ts', import.meta.url).href}');
    await openGuest(${JSON.stringify(root)}).replace('/file', 'new');`;
  assert.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' }));
  assert.equal(readFileSync(join(root, 'file'), 'utf8'), 'old');
  assert.equal(existsSync(join(root, 'file.enlighten-new')), true);
  await openGuest(root).replace('/file', 'newest');
  assert.deepEqual(readdirSync(root), ['file']);
});

test('overwrite keeps the file itself and refuses another length', async t => {
  const root = folderWith(t, { files: { '/block': 'aaaa' } });
  const guest = openGuest(root);
  const { inode } = (await guest.stat('/block')) ?? {};
  await guest.overwrite('/block', Buffer.from('bbbb'));
  for (const other of ['', 'ccc', 'ccccc']) {
    await assert.rejects(guest.overwrite('/block', Buffer.from(other)), withCode('unwritable'));
  }
  await assert.rejects(guest.overwrite('/absent', Buffer.from('x')), withCode('unwritable'));
  assert.equal(await guest.text('/block'), 'bbbb');
  await guest.overwrite('/block', Buffer.from('cc'), 2);
  await assert.rejects(guest.overwrite('/block', Buffer.from('dd'), 3), withCode('unwritable'));
  assert.equal(await guest.text('/block'), 'bbcc');
  assert.equal((await guest.stat('/block'))?.inode, inode);
  assert.equal(existsSync(join(root, 'absent')), false);
});

test('set leaves nothing of a longer value behind, and never creates a file', async t => {
  const root = folderWith(t, { files: { '/proc/sys/vm/swappiness': '100\n' } });
  const guest = openGuest(root);
  await guest.set('/proc/sys/vm/swappiness', '5');
  assert.equal(readFileSync(join(root, 'proc/sys/vm/swappiness'), 'utf8'), '5');
  await assert.rejects(guest.set('/proc/sys/vm/none', '1'), withCode('unwritable'));
  assert.equal(existsSync(join(root, 'proc/sys/vm/none')), false);
});

test('append adds whole lines to a file only root can read; create happens once; remove forgives absence', async t => {
  const root = folderWith(t, {});
  const guest = openGuest(root);
  await guest.append('/var/log', 'one');
  await guest.append('/var/log', 'two');
  assert.equal(readFileSync(join(root, 'var/log'), 'utf8'), 'one\ntwo\n');
  assert.equal(statSync(join(root, 'var/log')).mode & 0o777, 0o600);
  assert.equal(await guest.create('/run/lock', 'first'), true);
  assert.equal(await guest.create('/run/lock', 'second'), false);
  assert.equal(await guest.text('/run/lock'), 'first');
  await guest.remove('/run/lock');
  await guest.remove('/run/lock');
  await guest.remove('/no/such/folder/file');
  await assert.rejects(guest.remove('/run'), withCode('unwritable'));
  assert.equal(dirname(guest.root), dirname(root));
});

test('on a folder no program runs and nothing is said', async t => {
  const guest = openGuest(folderWith(t, {}));
  assert.equal(guest.live, false);
  assert.equal(await guest.query('failed-units', []), null);
  await assert.rejects(guest.run('reboot', []), withCode('not-here'));
  await guest.say('nobody hears this');
  assert.deepEqual(await guest.list('/'), []);
});
