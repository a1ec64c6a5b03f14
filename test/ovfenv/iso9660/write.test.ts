/** Images we write, read by everybody else's readers and ours. No mount: not every kernel the tests run on has isofs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type IsoFile, writeIso } from '../../../src/ovfenv/iso9660/write.ts';
import { folderWith } from '../../detect/folder.ts';

const imageOf = (t: TestContext, files: readonly IsoFile[]): string => {
  const image = join(folderWith(t, {}), 'made.iso');
  writeFileSync(image, writeIso('OVF ENV', files));
  return image;
};

/** What another program finds in the image: path → content. */
const extracted = (t: TestContext, image: string, files: readonly IsoFile[]): Map<string, Buffer> => {
  const into = folderWith(t, {});
  const quiet = ['-report_about', 'WARNING', '-abort_on', 'WARNING', '-osirrox', 'on', '-joliet', 'on'];
  execFileSync('xorriso', [...quiet, '-indev', image, '-extract', '/', into], { stdio: 'pipe' });
  const found = files.filter(({ path }) => existsSync(join(into, path)));
  return new Map(found.map(({ path }) => [path, readFileSync(join(into, path))]));
};

const contentOf = (files: readonly IsoFile[]) => new Map(files.map(({ path, content }) => [path, content]));

const three: IsoFile[] = [
  { path: 'ovf-env.xml', content: Buffer.from('<Environment/>') },
  { path: 'ovffiles/Größe und Länge.tar.gz', content: Buffer.alloc(5000, 'a') },
  { path: 'ovffiles/empty', content: Buffer.alloc(0) },
];

test('xorriso, isoinfo and GRUB find the files, by their names and by the short ones', t => {
  const image = imageOf(t, three);
  assert.deepEqual(extracted(t, image, three), contentOf(three));
  const isoinfo = (...args: string[]): string => execFileSync('isoinfo', ['-i', image, ...args], { encoding: 'utf8' });
  assert.match(isoinfo('-d'), /^Volume id: OVF ENV$/m);
  assert.match(isoinfo('-d'), /Joliet with UCS level 3 found/);
  const short = ['/OVFFILES', '/OVF_ENV.XML;1', '/OVFFILES/EMPTY.;1', '/OVFFILES/GR_SSE_U.GZ;1'];
  assert.deepEqual(isoinfo('-f').trim().split('\n').sort(), short.sort());
  assert.equal(isoinfo('-x', '/OVF_ENV.XML;1'), '<Environment/>');
  assert.equal(isoinfo('-J', '-x', '/ovf-env.xml;1'), '<Environment/>');
  assert.equal(execFileSync('grub-fstest', [image, 'cat', '/ovf-env.xml'], { encoding: 'utf8' }), '<Environment/>');
});

test('the same files make the same image; the date says nothing', () => {
  assert.deepEqual(writeIso('OVF ENV', three), writeIso('OVF ENV', three));
});

test('hundreds of names that shorten alike, and a directory of many sectors', t => {
  const many = Array.from({ length: 400 }, (_, at) => ({
    path: `ovffiles/certificate number ${at}.pem`,
    content: Buffer.from(`${at}`),
  }));
  const image = imageOf(t, many);
  assert.deepEqual(extracted(t, image, many), contentOf(many));
  const listed = execFileSync('isoinfo', ['-f', '-i', image], { encoding: 'utf8' }).trim().split('\n');
  assert.equal(new Set(listed).size, 401);
  for (const path of listed.slice(1)) assert.match(path, /^\/OVFFILES\/[A-Z0-9_]{1,8}\.PEM;1$/);
});

test('any names and contents come back', t => {
  const name = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter(text => !/[\0-\x1f*/:;?\\]|\.$/.test(text) && text.length <= 64 && text === text.normalize());
  const content = fc.uint8Array({ maxLength: 5000 }).map(bytes => Buffer.from(bytes));
  const files = fc.uniqueArray(
    fc.record({ path: fc.tuple(fc.constantFrom('', 'ovffiles/'), name).map(parts => parts.join('')), content }),
    { selector: ({ path }) => path, maxLength: 8 },
  );
  const bmp = (path: string): boolean => !/[\u{10000}-\u{10ffff}]/u.test(path);
  fc.assert(
    fc.property(
      files.map(list => list.filter(({ path }) => bmp(path) && path !== 'ovffiles')),
      list => assert.deepEqual(extracted(t, imageOf(t, list), list), contentOf(list)),
    ),
    { numRuns: 25 },
  );
});

test('a name no disc can hold is refused', () => {
  for (const bad of ['', 'a:b', 'a;1', 'a\nb', 'a.', 'x'.repeat(65), '\ud800'])
    assert.throws(() => writeIso('OVF ENV', [{ path: `ovffiles/${bad}`, content: Buffer.alloc(1) }]), {
      name: 'EnlightenError',
      code: 'usage',
    });
});
