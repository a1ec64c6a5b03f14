/** Programs of Debian that our scripts need, installed where they are missing. */
import { execFileSync } from 'node:child_process';
import { accessSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

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
