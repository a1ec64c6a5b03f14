import { basename, join } from 'node:path';
import { execa } from 'execa';
import { cached } from './cache.ts';

/** Stock Debian root trees. One takes minutes to make and hardly ever changes, so each is cached by its recipe. */

/** No documentation and no translations, except the kernels': `dpkg --verify` on them has to come out clean. */
const dpkgOptions = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/linux-image-*',
];

/** Commands run in the tree at a stage of mmdebstrap, `$1` being the tree. */
const hooks = {
  // grub-pc asks for a disk to install itself on; there is none yet (grub.ts does its work).
  essential: [
    `echo 'grub-pc grub-pc/install_devices_empty boolean true' | chroot "$1" debconf-set-selections`,
    `echo force-unsafe-io > "$1/etc/dpkg/dpkg.cfg.d/fast-while-building"`,
  ],
  // A guest whose power is cut must have an honest dpkg.
  customize: [`rm "$1/etc/dpkg/dpkg.cfg.d/fast-while-building"`],
};

/** Debian 12 and 13. */
export type Suite = 'bookworm' | 'trixie';

/** Ends with this process, in namespaces of its own: otherwise a build that is killed leaves /sys mounted, and mmdebstrap goes on. */
const contained = [
  ...['--pdeathsig', 'KILL', 'unshare'],
  ...['--mount', '--propagation=private', '--pid', '--fork', '--kill-child', 'mmdebstrap'],
];

export interface Tree {
  tree: string;
  /** Names what it was built from; part of the key of everything built on it. */
  key: string;
}

/** A root tree with these packages. The mirror is the one mmdebstrap knows; none is named here. */
export async function rootTree(what: string, suite: Suite, packages: string[]): Promise<Tree> {
  const command = [
    '--mode=root',
    '--variant=apt',
    '--architectures=amd64',
    '--aptopt=APT::Install-Recommends "false"',
    `--include=${packages.join(',')}`,
    ...dpkgOptions.map(option => `--dpkgopt=${option}`),
    ...hooks.essential.map(hook => `--essential-hook=${hook}`),
    ...hooks.customize.map(hook => `--customize-hook=${hook}`),
    suite,
  ];
  const folder = await cached({
    kind: 'base',
    what: `Debian ${suite} ${what}`,
    from: [JSON.stringify(command)],
    build: async folder => void (await execa('setpriv', [...contained, ...command, join(folder, 'tree')])),
  });
  return { tree: join(folder, 'tree'), key: basename(folder) };
}
