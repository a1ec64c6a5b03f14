/** A root folder with Debian's own units of the packages our units stand among, as systemd-analyze(1) takes one. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { at } from '../../scripts/paths.ts';

const packages = ['systemd', 'udev', 'dbus', 'ifupdown', 'cloud-init', 'open-vm-tools'];
/** What their maintainer scripts enable; cloud-init.target is a generator's doing (cloud-init-generator). */
const enabled = [
  ...['cloud-init-local', 'cloud-init', 'cloud-config', 'cloud-final', 'networking', 'open-vm-tools'],
  ...['systemd-networkd', 'systemd-pstore'],
];

const cache = at('.cache/debs');

const download = (names: string[]): void => {
  const apt = (...args: string[]) => execFileSync('apt-get', ['--quiet', ...args], { cwd: cache, stdio: 'pipe' });
  try {
    apt('download', ...names);
  } catch {
    // A fresh machine has no package lists yet, or ones that name versions no longer there.
    apt('update');
    apt('download', ...names);
  }
};

const debs = (): string[] => {
  mkdirSync(cache, { recursive: true });
  const there = () => readdirSync(cache);
  const missing = packages.filter(name => !there().some(file => file.startsWith(`${name}_`)));
  if (missing.length > 0) download(missing);
  return there().map(file => join(cache, file));
};

/** Debian's merged /usr, which dpkg-deb alone does not make. */
const mergeUsr = (root: string): void => {
  for (const name of ['bin', 'sbin', 'lib']) {
    mkdirSync(join(root, name), { recursive: true });
    cpSync(join(root, name), join(root, 'usr', name), { recursive: true, verbatimSymlinks: true });
    rmSync(join(root, name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
};

export const enable = (root: string, ...units: string[]): void => {
  execFileSync('systemctl', ['--quiet', `--root=${root}`, 'enable', ...units], { stdio: 'pipe' });
};

/** Made anew for each test, and removed after it. */
export const debianUnits = (t: TestContext): string => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-units-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const deb of debs()) execFileSync('dpkg-deb', ['--extract', deb, root]);
  mergeUsr(root);
  // With them systemctl would ask update-rc.d, which is not in the folder.
  rmSync(join(root, 'etc/init.d'), { recursive: true, force: true });
  enable(root, ...enabled);
  mkdirSync(join(root, 'etc/systemd/system/multi-user.target.wants'), { recursive: true });
  symlinkSync(
    '/usr/lib/systemd/system/cloud-init.target',
    join(root, 'etc/systemd/system/multi-user.target.wants/cloud-init.target'),
  );
  return root;
};
