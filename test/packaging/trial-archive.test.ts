/** What comes before the initramfs of a trial, unpacked as the kernel would and run by the shell that most of them have. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { places, trialArchive } from '../../scripts/trial-archive.ts';

const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
/** Of Debian's busybox; busybox-static has none, and ldd says so by its exit code. */
const libraries = (spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout ?? '').match(/\/\S+(?= \()/g) ?? [];

/** An initramfs with nothing but the archive, a shell, and the files of the kernel that they open. */
const unpacked = (t: TestContext): string => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-initramfs-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  execFileSync('cpio', ['--quiet', '--extract', '--make-directories', '--no-preserve-owner'], {
    cwd: root,
    input: trialArchive(0),
  });
  for (const folder of ['bin', 'dev', 'proc']) mkdirSync(join(root, folder));
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const library of libraries) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
  for (const file of ['dev/console', 'dev/null', 'proc/sysrq-trigger']) writeFileSync(join(root, file), '');
  return root;
};

/** Sourced, as both kinds of init do; the minutes pass at once. */
const source = (root: string, place: string): void => {
  const namespace = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const lines = `sleep() { echo "$1" >> /slept; }; . /${place}; wait`;
  execFileSync('unshare', [...namespace, `--root=${root}`, '/bin/busybox', 'sh', '-ec', lines]);
};

for (const place of places) {
  test(`${place}: where init still waits after five minutes, the machine is reset`, t => {
    const root = unpacked(t);
    writeFileSync(join(root, 'init'), '');
    source(root, place);
    assert.equal(readFileSync(join(root, 'slept'), 'utf8'), '300\n');
    assert.equal(readFileSync(join(root, 'proc/sysrq-trigger'), 'utf8'), 'b\n');
    assert.match(readFileSync(join(root, 'dev/console'), 'utf8'), /no root file system within 5 minutes/);
  });

  test(`${place}: where the initramfs is gone, nothing is done`, t => {
    const root = unpacked(t);
    source(root, place);
    assert.equal(readFileSync(join(root, 'slept'), 'utf8'), '300\n');
    assert.equal(readFileSync(join(root, 'proc/sysrq-trigger'), 'utf8'), '');
  });
}

test('the same content makes the same archive', () => {
  assert.deepEqual(trialArchive(1_700_000_000), trialArchive(1_700_000_000));
});
