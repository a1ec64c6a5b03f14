/** Installing, repairing, protecting and removing with the real apt and dpkg: in a copy of this very machine that is thrown away. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { at } from '../../scripts/paths.ts';
import { debOf } from './built.ts';

/** Overlays in a mount namespace of its own: nothing is left when the last program in it ends. */
const script = `
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
cp -a "$2" "$1/packages"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
mount --rbind /proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/run"
[ -e "$1/root$3" ] || { mkdir -p "$1/root$3" && mount --bind "$3" "$1/root$3"; }
mkdir -p "$1/root/run/packages"
cp "$1"/packages/* "$1/root/run/packages/"
rm -f "$1/root/etc/apt/apt.conf.d/52ovf-enlighten"
exec chroot "$1/root" "$4" "$3/test/packages/inside.ts" /run/packages
`;

const kernel = (release: string, more: Record<string, string> = {}): Record<string, string> => ({
  [`/boot/vmlinuz-${release}`]: 'kernel',
  [`/lib/modules/${release}/modules.dep`]: '',
  ...more,
});

/** Dies with the dpkg that runs it, as in a power cut; the next time it does not. */
const cut = '#!/bin/sh\n[ -e /run/cut ] && exit 0\ntouch /run/cut\nkill -KILL $PPID\nsleep 1\n';

const RELEASES = [1, 2, 3, 4, 5].map(number => `9.9-${number}-cloud-amd64`);

test('real apt and dpkg', { skip: process.getuid?.() === 0 ? false : 'mounting needs root' }, t => {
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-chroot-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  mkdirSync(join(folder, 'root'));
  for (const release of RELEASES) {
    const name = `linux-image-${release}`;
    const scripts = release === RELEASES[1] ? { '/DEBIAN/postinst': cut } : {};
    // apt tells newer kernels by the version of the package.
    const version = `${release.slice(0, 5)}${release === RELEASES[3] ? '\nDepends: not-there-at-all' : ''}`;
    writeFileSync(join(packages, `${release}.deb`), debOf({ name, version }, kernel(release, scripts)));
  }
  writeFileSync(join(packages, 'foreign.deb'), debOf({ name: 'enlighten-test-foreign' }));
  const args = [
    '--mount',
    'sh',
    '-ec',
    script,
    'sh',
    join(folder, 'root'),
    packages,
    at('.').replace(/\/$/, ''),
    process.execPath,
  ];
  const report = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));

  assert.deepEqual(report.installs, [null, 'ii', ['done linux-image-9.9-1-cloud-amd64']]);
  assert.match(report.cut[0], /^packages-failed/);
  assert.notEqual(report.cut[1], 'ii');
  assert.deepEqual(report.cut[2], ['intended linux-image-9.9-2-cloud-amd64']);
  assert.deepEqual(report.repaired, [null, 'ii', ['done linux-image-9.9-2-cloud-amd64']]);
  assert.equal(report.third, null);
  assert.equal(report.protects[0], true, 'without the file apt would remove it');
  assert.ok(!report.protects[1].includes('9.9-1-cloud-amd64'));
  assert.deepEqual(report.unprotects, [false, true]);
  assert.deepEqual(report.removes, [null, '', false]);
  assert.deepEqual(report.undone, ['', []]);
  assert.deepEqual(report.unmet, ['packages-failed', ''], 'refused before anything is unpacked');
  assert.match(report.foreign[0], /^packages-not-ours: .*install ok unpacked/);
  assert.equal(report.foreign[1], '');
});
