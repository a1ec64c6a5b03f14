/** An initramfs made for the build machine alone is made for all: by the distribution's own setting, so that its updates keep it so. */
import type { Path } from '../../guest/guest.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import type { ImageStep } from '../../profiles/step.ts';
import type { Image } from '../image.ts';
import type { Matrix } from '../matrix.ts';
import type { Mends } from './mends.ts';
import type { Program } from './program.ts';

interface Setting {
  /** The tool makes the image's initramfs when this is there. */
  installed: readonly Path[];
  /** Read last of its folder: Debian's installer leaves MODULES=dep in conf.d/driver-policy. */
  path: Path;
  text: string;
  tool: Program['tool'];
  reference: string;
}

/** In order: dracut may be there as a library of other packages. */
const settings: readonly Setting[] = [
  {
    installed: ['/usr/sbin/update-initramfs', '/sbin/update-initramfs'],
    path: '/etc/initramfs-tools/conf.d/zzzz-enlighten',
    text: '# Written by `enlighten prepare`: drivers for every machine, not only for the one the image was built on.\nMODULES=most\n',
    tool: 'update-initramfs',
    reference: 'https://manpages.debian.org/bookworm/initramfs-tools-core/initramfs.conf.5.en.html',
  },
  {
    installed: ['/usr/bin/dracut', '/usr/sbin/dracut', '/sbin/dracut'],
    path: '/etc/dracut.conf.d/zzzz-enlighten.conf',
    text: '# Written by `enlighten prepare`: drivers for every machine, not only for the one the image was built on.\nhostonly="no"\n',
    tool: 'dracut-again',
    reference: 'https://man7.org/linux/man-pages/man5/dracut.conf.5.html',
  },
];

const settingOf = async ({ guest }: Image): Promise<Setting | null> => {
  for (const setting of settings) {
    const found = await Promise.all(setting.installed.map(path => guest.stat(path)));
    if (found.some(stat => stat !== null)) return setting;
  }
  return null;
};

/** Releases whose initramfs lacks, for one of the targets, what the kernel has. */
const incomplete = ({ rows }: Matrix): string[] => {
  const each = rows.flatMap(({ cells }) => cells.filter(({ requirement }) => requirement === 'disk'));
  const kernels = each.flatMap(({ finding }) => finding.kernels ?? []);
  return [...new Set(kernels.filter(({ rebuild }) => rebuild).map(({ release }) => release))];
};

export const planInitramfs = async (image: Image, matrix: Matrix): Promise<Mends> => {
  const releases = incomplete(matrix);
  if (releases.length === 0) return { steps: [], programs: [], left: [] };
  const setting = await settingOf(image);
  if (setting === null) {
    return { steps: [], programs: [], left: [prepareNotice('mend-no-builder', releases.join(', '))] };
  }
  const { path, text, tool, reference } = setting;
  const step: ImageStep = {
    id: `image:${path}`,
    kind: 'image',
    path,
    make: { text },
    desired: 'present',
    reason: 'An initramfs with the drivers of the build machine alone boots on that machine alone.',
    reference,
    lasts: 'persistent',
  };
  const why = 'its initramfs is to hold the drivers of every machine';
  return { steps: [step], programs: releases.map(release => ({ tool, args: [release], why })), left: [] };
};
