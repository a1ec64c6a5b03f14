import { access } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { execa } from 'execa';
import { during } from '../report.ts';

/** What the lab needs on the machine it runs on: a program (or a file), and the Debian package that brings it. */
const needed: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  sfdisk: 'fdisk',
  'mkfs.ext4': 'e2fsprogs',
  debugfs: 'e2fsprogs',
  'mkfs.vfat': 'dosfstools',
  mcopy: 'mtools',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  xorriso: 'xorriso',
  '/usr/share/ovmf/OVMF.fd': 'ovmf',
};

/** Installs what is missing, and says so; a machine that has everything pays a few look-ups. */
export async function installMissing(): Promise<void> {
  const programs = Object.keys(needed);
  const present = await Promise.all(programs.map(isInstalled));
  const missing = new Set(programs.filter((_, index) => !present[index]).map(program => needed[program] ?? program));
  if (missing.size === 0) return;
  await during(`apt-get install ${[...missing].join(' ')}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await execa('apt-get', ['update'], { env });
    await execa('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], { env });
  });
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const found = await Promise.allSettled(folders.map(folder => access(resolve(folder, program))));
  return found.some(it => it.status === 'fulfilled');
}
