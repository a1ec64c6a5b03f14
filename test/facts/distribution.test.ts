import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { distribution, parseOsRelease } from '../../src/facts/distribution.ts';
import { openGuest } from '../../src/guest/open.ts';
import { folderWith, guestWith } from '../detect/folder.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n# a comment\nVERSION_ID="12"\nID=debian\n';

test("the administrator's file counts before the vendor's", async t => {
  const both = { '/etc/os-release': "ID='alpine'\nVERSION_ID=3.22.1\n", '/usr/lib/os-release': debian };
  assert.deepEqual(await distribution(guestWith(t, { files: both })), { id: 'alpine', version: '3.22.1', like: [] });
  const vendors = { '/usr/lib/os-release': debian };
  assert.deepEqual(await distribution(guestWith(t, { files: vendors })), { id: 'debian', version: '12', like: [] });
});

test('a link to the vendor file is followed inside the folder', async t => {
  const contents = { files: { '/usr/lib/os-release': debian }, links: { '/etc/os-release': '/usr/lib/os-release' } };
  assert.equal((await distribution(guestWith(t, contents))).version, '12');
});

test('rolling distributions have no version, and a silent one is `linux`', async t => {
  assert.deepEqual(await distribution(guestWith(t, { files: { '/etc/os-release': 'ID=arch\n' } })), {
    id: 'arch',
    version: null,
    like: [],
  });
  assert.deepEqual(await distribution(guestWith(t, {})), { id: 'linux', version: null, like: [] });
  assert.deepEqual(await distribution(guestWith(t, { files: { '/etc/os-release': '' } })), {
    id: 'linux',
    version: null,
    like: [],
  });
});

/** Written as os-release(5) demands: quotes, dollars, backquotes and backslashes escaped. */
const quoted = (value: string): string => `"${value.replaceAll(/[\\"$`]/g, '\\$&')}"`;
const printableText = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });

test('every value that can be written is read back', () => {
  fc.assert(
    fc.property(printableText, value => {
      assert.equal(parseOsRelease(`ID=${quoted(value)}\n`).get('ID'), value);
      if (!value.includes("'")) assert.equal(parseOsRelease(`ID='${value}'`).get('ID'), value);
    }),
  );
});

test('a shell reads the same', t => {
  const file = join(folderWith(t, {}), 'os-release');
  const anyQuoting = fc.oneof(
    printableText.map(quoted),
    printableText.map(value => `'${value.replaceAll("'", '')}'`),
    fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
  );
  fc.assert(
    fc.property(anyQuoting, written => {
      writeFileSync(file, `ID=${written}\n`);
      const shell = execFileSync('sh', ['-c', '. "$1"; printf %s "$ID"', 'sh', file], { encoding: 'utf8' });
      assert.equal(parseOsRelease(`ID=${written}\n`).get('ID'), shell);
    }),
    { numRuns: 30 },
  );
});

test('any text is survived', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => assert.ok(parseOsRelease(text) instanceof Map)));
  const started = performance.now();
  parseOsRelease(`A="${'\\'.repeat(64 * 1024)}\n${'A='.repeat(32 * 1024)}`);
  parseOsRelease(`A=${' '.repeat(64 * 1024)}x`);
  assert.ok(performance.now() - started < 1000);
});

test('this machine has a distribution', async () => {
  const { id } = await distribution(openGuest('/'));
  assert.equal(id, execFileSync('sh', ['-c', '. /etc/os-release; printf %s "$ID"'], { encoding: 'utf8' }));
});
