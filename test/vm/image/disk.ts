import { truncate, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Loader } from './grub.ts';
import { installBootSector } from './grub.ts';
import { diskSize, diskUuid, espUuid, partitions, rootUuid, sector } from './layout.ts';

/**
 * Writes the disk without a loop device: every tool here takes an offset into a plain file, so it also works where no
 * udev makes partition nodes and no vfat is in the kernel.
 */
export async function writeDisk(image: string, tree: string, loader: Loader): Promise<void> {
  await writeFile(image, '');
  await truncate(image, diskSize);
  await partition(image);
  await makeRoot(image, tree);
  await makeEsp(image, loader);
  await installBootSector(image, loader, partitions.bios.start / sector);
}

async function partition(image: string): Promise<void> {
  const lines = Object.entries(partitions).map(
    ([name, it]) => `start=${it.start / sector}, size=${it.size / sector}, type=${it.type}, name=${name}`,
  );
  const input = ['label: gpt', `label-id: ${diskUuid}`, ...lines, ''].join('\n');
  await execa('sfdisk', ['--quiet', '--no-reread', '--no-tell-kernel', image], { input });
}

/**
 * The tables are zeroed here rather than by a kernel thread in each guest. The two features switched off are those
 * that GRUB 2.06 cannot read.
 */
async function makeRoot(image: string, tree: string): Promise<void> {
  const extended = `offset=${partitions.root.start},lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0`;
  const options = ['-q', '-F', '-L', 'root', '-U', rootUuid, '-E', extended];
  const features = ['-O', '^orphan_file,^metadata_csum_seed'];
  await execa('mkfs.ext4', [...options, ...features, '-d', tree, image, `${partitions.root.size / 1024}k`]);
}

/** One sector a cluster: mkfs.vfat would choose by the size of the whole file, and leave too few clusters for FAT32. */
async function makeEsp(image: string, loader: Loader): Promise<void> {
  const { start, size } = partitions.esp;
  const at = ['-i', `${image}@@${start}`];
  const volume = [
    '-F',
    '32',
    '-s',
    '1',
    '-n',
    'ESP',
    '-i',
    espUuid.replace('-', ''),
    '--offset',
    String(start / sector),
  ];
  await execa('mkfs.vfat', [...volume, image, String(size / 1024)]);
  await execa('mmd', [...at, '::EFI', '::EFI/BOOT']);
  await execa('mcopy', [...at, loader.efi, '::EFI/BOOT/BOOTX64.EFI']);
  await execa('mcopy', [...at, loader.efiConfig, '::EFI/BOOT/grub.cfg']);
}
