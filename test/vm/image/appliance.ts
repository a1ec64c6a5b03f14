import { copyFile, cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { base } from './base.ts';
import { cached } from './cache.ts';
import { chroot } from './chroot.ts';
import { writeDisk } from './disk.ts';
import { type Foundation, plain } from './foundation.ts';
import { addFiles, type Files } from './laid.ts';
import { espUuid, imageIn, rootUuid } from './layout.ts';
import { loaders } from './loaders/index.ts';
import { roots } from './roots/index.ts';
import type { Root } from './roots/root.ts';
import type { Tree } from './tree.ts';

/** The appliance: the base, the lab's own files, our package, and `enlighten seal` as the vendor's last act. */
export interface Appliance {
  /** What is not said is plain. */
  on: Partial<Foundation>;
  /** Our package; null for a plain Debian without the agent. */
  deb: string | null;
  /** The vendor's last act; without it the agent only plans. Where there is no package there is nothing to seal. */
  seal: boolean;
  /** Debian packages the vendor adds to the base. */
  packages: string[];
  /** Files the vendor adds. */
  files: Files;
  /** What the vendor does in the image before sealing it, as shell lines. */
  prepare: string;
}

/** Off: what a stock Debian does by the clock, and what would only slow a short-lived guest down. */
const masked = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'fstrim.timer'],
  ...['e2scrub_all.timer', 'e2scrub_reap.service', 'systemd-pstore.service'],
];

const enabled = ['systemd-networkd.service', 'lab-shell.service'];

const here = import.meta.dirname;

/** The path of a whole-disk raw image that nobody may write to: machines run on overlays (../machine/overlay.ts). */
export async function buildAppliance(appliance: Appliance): Promise<string> {
  const foundation = { ...plain, ...appliance.on };
  const on = await base(appliance.packages, foundation);
  const { deb, ...rest } = appliance;
  const folder = await cached({
    kind: 'appliance',
    what: deb === null ? 'plain disk image' : `disk image with the agent${appliance.seal ? ', sealed' : ''}`,
    from: [on.key, ...(await ownSource()), deb === null ? 'no agent' : await readFile(deb), JSON.stringify(rest)],
    build: folder => build(folder, on, foundation, appliance),
  });
  return imageIn(folder);
}

async function build(
  folder: string,
  on: Tree,
  foundation: Foundation,
  { deb, seal, files, prepare }: Appliance,
): Promise<void> {
  const [loader, root] = [loaders[foundation.loader], roots[foundation.root]];
  const tree = join(folder, 'tree');
  await execa('cp', ['-a', '--reflink=auto', on.tree, tree]);
  await cp(join(here, 'files'), tree, { recursive: true });
  await addFiles(tree, { 'etc/fstab': fstab(root), ...root.files, ...loader.files(root), ...files });
  if (deb !== null) await copyFile(deb, join(tree, 'agent.deb'));

  const covering = join(folder, 'covering');
  await addFiles(covering, loader.cover(root));
  const cover = Object.fromEntries(Object.keys(loader.cover(root)).map(path => [path, join(covering, path)]));
  const script = [
    `systemctl --quiet mask ${masked.join(' ')}`,
    `systemctl --quiet enable ${enabled.join(' ')}`,
    'mkdir -p /var/log/journal /boot/efi',
    root.script ?? ':',
    loader.script(root),
    deb === null ? ':' : 'dpkg --install /agent.deb; rm /agent.deb',
    prepare,
    ': > /etc/machine-id', // exists and is empty: made anew in each clone, and yet not "first boot" (machine-id(5))
    deb === null || !seal ? ':' : 'enlighten seal',
  ];
  await chroot({ tree, script: script.join('\n'), devices: loader.devices(root), cover });

  const now = new Date(Date.now() + 1000); // newer than /usr: no boot-time catalogue and cache updates (systemd-update-done)
  for (const mark of ['etc/.updated', 'var/.updated']) {
    await writeFile(join(tree, mark), '');
    await utimes(join(tree, mark), now, now);
  }
  const esp = join(folder, 'esp');
  await execa('mv', [join(tree, 'boot/efi'), esp]);
  await mkdir(join(tree, 'boot/efi'));
  await writeDisk(imageIn(folder), tree, esp, root);
  await loader.finish(imageIn(folder), tree);
  for (const done of [tree, esp, covering]) await rm(done, { recursive: true, force: true });
}

const fstab = ({ type, boot }: Root): string =>
  [
    `UUID=${rootUuid} / ${type} ${type === 'ext4' ? 'errors=remount-ro' : 'defaults'} 0 1`,
    ...(boot === undefined ? [] : [`UUID=${boot.uuid} /boot ext4 defaults 0 2`]),
    `UUID=${espUuid} /boot/efi vfat umask=0077,nofail 0 0`,
    '',
  ].join('\n');

/** This folder is the recipe: every file of it, whatever it is for, names the image. */
async function ownSource(): Promise<Buffer[]> {
  const entries = await readdir(here, { recursive: true, withFileTypes: true });
  const paths = entries.filter(it => it.isFile()).map(it => join(it.parentPath, it.name));
  return (
    await Promise.all(paths.sort().map(async path => [Buffer.from(path.slice(here.length)), await readFile(path)]))
  ).flat();
}
