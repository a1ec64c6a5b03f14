/** Programs of Debian that our scripts need, installed where they are missing. */
import { execFileSync } from 'node:child_process';
import { accessSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { at } from './paths.ts';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const isThere = (path: string): boolean => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * Installs what is missing with apt-get, and says so; a machine that has everything pays a few look-ups.
 * @param needed program (or a file's whole path) → the Debian package that brings it
 * @throws Error with the command to run by hand, where we are not root
 */
export const installMissing = (needed: Record<string, string>): void => {
  const programs = Object.entries(needed).filter(([name]) => !folders.some(folder => isThere(resolve(folder, name))));
  const packages = [...new Set(programs.map(([, name]) => name))];
  if (packages.length === 0) return;
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0)
    throw new Error(`missing Debian packages, and not root to install them. Run: apt-get ${install.join(' ')}`);
  console.error(`installing Debian packages: ${packages.join(' ')}`);
  const quiet = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
  };
  execFileSync('apt-get', ['update'], quiet);
  execFileSync('apt-get', install, quiet);
};

/**
 * What is in some Debian packages, in a folder and not installed: cloud-init, for one, would take part in this machine's next boot.
 * @param name of the folder below `.cache/unpacked`, kept from one run to the next
 */
export const unpacked = (name: string, packages: readonly string[]): string => {
  const folder = at(`.cache/unpacked/${name}`);
  if (isThere(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const download = () =>
    execFileSync('apt-get', ['--option', 'APT::Sandbox::User=root', 'download', ...packages], {
      cwd: fresh,
      stdio: 'ignore',
    });
  console.error(`unpacking Debian packages: ${packages.join(' ')}`);
  try {
    download();
  } catch {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' }); // the lists name versions that are gone
    download();
  }
  for (const file of readdirSync(fresh).filter(file => file.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['--extract', file, '.'], { cwd: fresh });
    rmSync(join(fresh, file));
  }
  renameSync(fresh, folder);
  return folder;
};
