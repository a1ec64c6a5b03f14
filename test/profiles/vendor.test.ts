import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { vendorProfiles } from '../../src/profiles/vendor.ts';

const read = async (t: TestContext, files: Record<string, string>) => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'etc/enlighten/profiles.d');
  mkdirSync(join(folder, 'a-folder.yaml'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { profiles, notices } = await vendorProfiles(openGuest(root));
  const seen = notices.filter(({ subject }) => !subject.includes('a-folder'));
  return {
    names: profiles.map(({ name }) => name),
    codes: seen.map(({ code }) => code),
    subjects: seen.map(({ subject }) => subject),
  };
};

test('no folder, no profiles, no Notices', async t => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-'));
  t.after(() => rmSync(root, { recursive: true }));
  assert.deepEqual(await vendorProfiles(openGuest(root)), { profiles: [], notices: [] });
});

test('an invalid file is told with line and column, and the others are read', async t => {
  const found = await read(t, {
    '10-good.yaml': 'name: good\n',
    '20-bad.yaml': 'name: bad\nmatch:\n  hypervisor: [kwm]\n',
    '30-also.yaml': 'name: also\n',
    'notes.txt': 'name: not\n',
  });
  assert.deepEqual(found, {
    names: ['good', 'also'],
    codes: ['profile-invalid'],
    subjects: ['/etc/enlighten/profiles.d/20-bad.yaml:3:16'],
  });
});

test('of two files for one profile the later is used', async t => {
  const { names, codes } = await read(t, { 'a.yaml': 'name: x\n', 'b.yaml': 'name: x\n' });
  assert.deepEqual([names, codes], [['x'], ['profile-twice']]);
});

test('bounded: one file, all together, and how many', async t => {
  const comment = (size: number) => `#${'x'.repeat(size)}\n`;
  const large = await read(t, { 'a.yaml': `name: a\n${comment(256 * 1024)}` });
  assert.deepEqual([large.names, large.codes], [[], ['profile-unreadable']]);
  const heavy = await read(
    t,
    Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map(name => [`${name}.yaml`, `name: ${name}\n${comment(250_000)}`])),
  );
  assert.deepEqual([heavy.names, heavy.codes], [['a', 'b', 'c', 'd'], ['profile-unreadable']]);
  const many = await read(
    t,
    Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`p${100 + i}.yaml`, `name: p${100 + i}\n`])),
  );
  assert.ok(many.codes.includes('profile-too-many'));
  assert.equal(many.names.length, 63);
});
