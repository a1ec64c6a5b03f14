/** dist/ovf-enlighten_VERSION_amd64.deb: program, runtime, units. Prints its path as the last line. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { buildApp } from './build.ts';
import { installMissing } from './debian.ts';
import { at, runtime } from './paths.ts';
import { trialArchive } from './trial-archive.ts';

/** The package's tree before it is packed. */
export const stage = at('dist/deb');
const target = at(`dist/ovf-enlighten_${manifest.version}_amd64.deb`);

/** The pinned Node, by which the units start the program. */
export const shippedRuntime = 'usr/lib/enlighten/node';

/** What goes where, and with which mode. Nothing else of the checkout is shipped. */
export const files: [from: string, to: string, mode: number][] = [
  ['dist/app', 'usr/lib/enlighten', 0o644],
  ['packaging/launcher.cjs', 'usr/lib/enlighten/enlighten.cjs', 0o644],
  ['packaging/enlighten.sh', 'usr/bin/enlighten', 0o755],
  ['packaging/grub/custom.cfg', 'usr/lib/enlighten/grub/custom.cfg', 0o644],
  ['packaging/extlinux/enlighten.lua', 'usr/lib/enlighten/extlinux/enlighten.lua', 0o644],
  ['dist/trial.cpio', 'usr/lib/enlighten/trial.cpio', 0o644],
  ['packaging/modules-load.conf', 'usr/lib/modules-load.d/enlighten.conf', 0o644],
  ['packaging/systemd/enlighten.service', 'usr/lib/systemd/system/enlighten.service', 0o644],
  ['packaging/systemd/enlighten-background.service', 'usr/lib/systemd/system/enlighten-background.service', 0o644],
  ['packaging/systemd/enlighten-health.service', 'usr/lib/systemd/system/enlighten-health.service', 0o644],
  ['packaging/systemd/enlighten-confirm.service', 'usr/lib/systemd/system/enlighten-confirm.service', 0o644],
  ['packaging/systemd/enlighten-deadline.service', 'usr/lib/systemd/system/enlighten-deadline.service', 0o644],
  ['packaging/systemd/enlighten-deadline.timer', 'usr/lib/systemd/system/enlighten-deadline.timer', 0o644],
  ['packaging/systemd/enlighten-watchdog.service', 'usr/lib/systemd/system/enlighten-watchdog.service', 0o644],
  ['packaging/systemd/enlighten-trial-generator', 'usr/lib/systemd/system-generators/enlighten-trial-generator', 0o755],
  ['packaging/man/enlighten.8', 'usr/share/man/man8/enlighten.8', 0o644],
  ['schemas', 'usr/share/enlighten/schemas', 0o644],
  ['packaging/examples', 'usr/share/doc/ovf-enlighten/examples', 0o644],
  ['LICENSE', 'usr/share/doc/ovf-enlighten/copyright', 0o644],
];
const folders = [
  'etc/enlighten/profiles.d',
  'etc/enlighten/health.d/required.d',
  'etc/enlighten/health.d/wanted.d',
  'var/lib/enlighten/packages',
];

/**
 * Libraries upstream's Node binary is linked against (readelf -d), by Debian's package. glibc's floor is the one its
 * BUILDING.md names for Linux x64: 2.28.
 */
const packageOf: Record<string, string> = {
  'libstdc++.so.6': 'libstdc++6',
  'libgcc_s.so.1': 'libgcc-s1',
  'libatomic.so.1': 'libatomic1',
  'libc.so.6': 'libc6 (>= 2.28)',
};

const depends = (): string => {
  const needed = [...execFileSync('readelf', ['-d', runtime], { encoding: 'utf8' }).matchAll(/\(NEEDED\).*\[(.+)\]/g)];
  const packages = new Set(needed.map(([, library = '']) => packageOf[library]).filter(name => name !== undefined));
  return [...packages, 'init-system-helpers'].sort().join(', ');
};

const everyFile = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();

/** Every file of a package has this time: the same content makes the same package (reproducible-builds.org, SOURCE_DATE_EPOCH). */
const EPOCH = 1_700_000_000;

const stageFiles = (): void => {
  rmSync(stage, { recursive: true, force: true });
  for (const [from, to, mode] of files) {
    cpSync(at(from), join(stage, to), { recursive: true });
    const copied = statSync(join(stage, to)).isDirectory() ? everyFile(join(stage, to)) : [join(stage, to)];
    for (const file of copied) chmodSync(file, mode);
  }
  for (const folder of folders) mkdirSync(join(stage, folder), { recursive: true });
  execFileSync('gzip', ['-9n', join(stage, 'usr/share/man/man8/enlighten.8')]);
  // The runtime without its symbol table: 13 MB less to read from a cold disk.
  execFileSync('strip', ['-o', join(stage, shippedRuntime), runtime]);
  chmodSync(join(stage, shippedRuntime), 0o755);
};

const stageControl = (): void => {
  const kib = Math.ceil(everyFile(stage).reduce((sum, file) => sum + statSync(file).size, 0) / 1024);
  const sums = everyFile(stage).map(file => {
    const md5 = createHash('md5').update(readFileSync(file)).digest('hex');
    return `${md5}  ${file.slice(stage.length + 1)}\n`;
  });
  mkdirSync(join(stage, 'DEBIAN'));
  const control = readFileSync(at('packaging/debian/control'), 'utf8')
    .replace('@VERSION@', manifest.version)
    .replace('@SIZE@', String(kib))
    .replace('@DEPENDS@', depends());
  writeFileSync(join(stage, 'DEBIAN/control'), control);
  writeFileSync(join(stage, 'DEBIAN/md5sums'), sums.join(''));
  for (const script of ['postinst', 'prerm', 'postrm']) {
    cpSync(at(`packaging/debian/${script}`), join(stage, 'DEBIAN', script));
    chmodSync(join(stage, 'DEBIAN', script), 0o755);
  }
};

/** What the package is made of: the same stage is not packed twice. The code cache differs each time and says nothing new. */
const contentOf = (): string => {
  const hash = createHash('sha256');
  for (const file of everyFile(stage).filter(one => !one.endsWith('.cache')))
    hash.update(`${file} ${statSync(file).mode}\n`).update(readFileSync(file));
  return hash.digest('hex');
};

export const buildDeb = async (): Promise<string> => {
  installMissing({ readelf: 'binutils', strip: 'binutils', 'dpkg-deb': 'dpkg', gzip: 'gzip', cpio: 'cpio' });
  await buildApp();
  writeFileSync(at('dist/trial.cpio'), trialArchive(EPOCH));
  stageFiles();
  stageControl();
  const content = contentOf();
  const stamp = `${target}.content`;
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, 'utf8') === content) return target;
  // zstd (dpkg 1.21.18, Debian 12): unpacked in a tenth of xz's time, which an image build pays for every image. Level 3 takes
  // 1.8 s for 38.9 MB, 6: 3.9 s for 36.4 MB, 9: 6.1 s for 35.1 MB, 19: 89 s for 30.5 MB; all unpack in 0.3 to 0.5 s.
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH) };
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zzstd', '-z9', '--build', stage, target], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(stamp, content);
  return target;
};

if (import.meta.main) console.log(await buildDeb());
