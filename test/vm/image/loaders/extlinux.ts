import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { partitions, rootUuid } from '../layout.ts';
import { withLoop } from '../loop.ts';
import type { Loader } from './loader.ts';

const folder = '/boot/extlinux';

/** syslinux on ext4, with entries a vendor wrote by hand: Debian has no generator for them. It boots through BIOS alone. */
export const extlinux: Loader = {
  packages: ['extlinux', 'syslinux-common'],
  files: () => ({}),
  cover: () => ({}),
  devices: () => ({}),

  script: () =>
    [
      `mkdir -p ${folder}`,
      `{ echo 'serial 0 115200'; echo 'prompt 0'; echo 'timeout 10'`,
      `universal=$(ls /lib/modules | grep -v cloud | tail -n 1)`,
      'echo "default $universal"',
      'for release in $(ls /lib/modules); do',
      `  printf 'label %s\\n  linux /boot/vmlinuz-%s\\n  initrd /boot/initrd.img-%s\\n  append root=UUID=${rootUuid} ro console=ttyS0,115200\\n' $release $release $release`,
      `done; } > ${folder}/extlinux.conf`,
    ].join('\n'),

  /** The partition's own boot sector by extlinux itself, and the master boot record that leads there (the GPT's "legacy boot" bit). */
  async finish(image, tree) {
    const mbr = await readFile(join(tree, 'usr/lib/syslinux/mbr/gptmbr.bin'));
    const disk = await open(image, 'r+');
    try {
      await disk.write(mbr, 0, Math.min(mbr.length, 440), 0);
    } finally {
      await disk.close();
    }
    const { number, start, size } = partitions.root;
    await execa('sfdisk', ['--quiet', '--part-attrs', image, String(number), 'LegacyBIOSBootable']);
    const mounted = await mkdtemp(join(tmpdir(), 'root-'));
    await withLoop(image, start, size, async device => {
      await execa('unshare', [
        '--mount',
        'sh',
        '-euc',
        'mount "$1" "$2"; extlinux --install "$2"/boot/extlinux; umount "$2"',
        'sh',
        device,
        mounted,
      ]);
    });
    await rm(mounted, { recursive: true });
  },
};
