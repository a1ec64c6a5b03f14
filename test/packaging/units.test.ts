/** Our units among Debian's: no ordering cycle, nothing systemd does not know, and what they start is in the package. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { files, shippedRuntime } from '../../scripts/deb.ts';
import { at } from '../../scripts/paths.ts';
import { debianUnits, enable } from './debian-units.ts';

const source = at('packaging/systemd');
const units = readdirSync(source).filter(name => /\.(service|timer)$/.test(name));
const trial = 'root=/dev/vda1 ro enlighten.trial=0e111647 panic=5\n';

/** A root with our units in it, enabled as their [Install] says, and a stand-in for the program. */
const withOurs = (t: TestContext): string => {
  const root = debianUnits(t);
  for (const unit of units) cpSync(join(source, unit), join(root, 'usr/lib/systemd/system', unit));
  mkdirSync(join(root, dirname(shippedRuntime)), { recursive: true });
  writeFileSync(join(root, shippedRuntime), '#!/bin/sh\n');
  chmodSync(join(root, shippedRuntime), 0o755);
  enable(root, 'enlighten.service');
  enable(root, 'enlighten-background.service');
  return root;
};

/** What systemd says of a boot into multi-user.target and of each of our units; of Debian's own only the cycles. */
const complaints = (root: string, ...more: string[]): string[] => {
  const names = ['multi-user.target', ...more, ...units];
  const { stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...names], {
    encoding: 'utf8',
  });
  assert.equal(error, undefined);
  return stderr.split('\n').filter(line => /ordering cycle|enlighten/.test(line));
};

/** Runs the generator as systemd does (systemd.generator(7)), with this kernel command line, under this shell. */
const generate = (shell: string[], commandLine: string, out: string): void => {
  const line = join(out, 'cmdline');
  writeFileSync(line, commandLine);
  const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
  const script = 'mount --bind "$1" /proc/cmdline; shift; exec "$@"';
  const generator = [...shell, join(source, 'enlighten-trial-generator'), out, out, out];
  execFileSync('unshare', [...namespace, 'sh', '-ec', script, 'sh', line, ...generator], { stdio: 'pipe' });
  rmSync(line);
};

const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('an ordinary boot: no ordering cycle, no word of ours that systemd does not know', t => {
  assert.deepEqual(complaints(withOurs(t)), []);
});

test('a trial boot: the same with what the generator adds', t => {
  const root = withOurs(t);
  generate(['sh'], trial, join(root, 'etc/systemd/system'));
  assert.deepEqual(complaints(root, 'boot-complete.target', 'emergency.service', 'rescue.service'), []);
});

test('with default dependencies there would be a cycle, and it would be seen', t => {
  const root = withOurs(t);
  const unit = join(root, 'usr/lib/systemd/system/enlighten.service');
  writeFileSync(unit, readFileSync(unit, 'utf8').replace('DefaultDependencies=no\n', 'DefaultDependancies=no\n'));
  const said = complaints(root).join('\n');
  assert.match(said, /Found ordering cycle/);
  assert.match(said, /Unknown key.* 'DefaultDependancies'/);
});

test('what the units start, want and are is in the package', () => {
  const shipped = new Set([...files.map(([, to]) => `/${to}`), `/${shippedRuntime}`]);
  for (const unit of units) {
    assert.ok(shipped.has(`/usr/lib/systemd/system/${unit}`), unit);
    const text = readFileSync(join(source, unit), 'utf8');
    const started = [...text.matchAll(/^ExecStart=(.*)$/gm)].flatMap(([, line = '']) => line.split(' '));
    assert.equal(started.length > 0, unit.endsWith('.service'), unit);
    for (const path of started.filter(word => word.startsWith('/'))) assert.ok(shipped.has(path), `${unit}: ${path}`);
    for (const [, page] of text.matchAll(/man:(enlighten\(8\))/g))
      assert.ok(shipped.has('/usr/share/man/man8/enlighten.8'), page);
  }
});

for (const shell of [['dash'], ['busybox', 'sh']]) {
  const outFolder = (t: TestContext): string => {
    const out = mkdtempSync(join(tmpdir(), 'enlighten-generator-'));
    t.after(() => rmSync(out, { recursive: true, force: true }));
    return out;
  };

  test(`under ${shell.join(' ')} the generator leaves an ordinary boot alone`, t => {
    const out = outFolder(t);
    for (const line of ['root=/dev/vda1 ro\n', '', 'enlighten.trial\n', 'xenlighten.trial=1\n']) {
      generate(shell, line, out);
      assert.deepEqual(everything(out), [], line);
    }
  });

  test(`under ${shell.join(' ')} the generator gives a trial its units, and can run again`, t => {
    const out = outFolder(t);
    for (let reload = 0; reload < 2; reload++) generate(shell, trial, out);
    assert.deepEqual(everything(out), [
      'boot-complete.target.requires/enlighten-health.service',
      'emergency.service.d/enlighten-trial.conf',
      'multi-user.target.wants/enlighten-confirm.service',
      'rescue.service.d/enlighten-trial.conf',
      'sysinit.target.wants/enlighten-deadline.timer',
      'sysinit.target.wants/enlighten-watchdog.service',
    ]);
  });
}
