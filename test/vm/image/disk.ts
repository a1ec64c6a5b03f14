import { mkdir, readdir, rename, rmdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { diskSize, diskUuid, espUuid, partitions, sector } from './layout.ts';
import { makeExt4 } from './roots/ext4.ts';
import type { Root } from './roots/root.ts';

/**
 * Writes the disk without partition nodes: every tool here takes an offset into a plain file, so it also works where no
 * udev makes partition nodes and no vfat is in the kernel.
 * @param esp folder with what the ESP shall hold
 */
export async function writeDisk(image: string, tree: string, esp: string, root: Root): Promise<void> {
  await writeFile(image, '');
  await truncate(image, diskSize);
  await partition(image, root);
  if (root.boot === undefined) await root.write(image, tree);
  else await writeApart(image, tree, root, root.boot.uuid);
  await makeEsp(image, esp);
}

/** /boot is out of the tree for as long as the root is written. */
async function writeApart(image: string, tree: string, root: Root, uuid: string): Promise<void> {
  const [boot, aside] = [join(tree, 'boot'), `${image}.boot`];
  await rename(boot, aside);
  await mkdir(boot);
  await root.write(image, tree);
  await makeExt4(image, aside, partitions.boot.start, partitions.boot.size, { label: 'boot', uuid });
  await rmdir(boot);
  await rename(aside, boot);
}

async function partition(image: string, { boot }: Root): Promise<void> {
  const there = Object.entries(partitions).filter(([name]) => name !== 'boot' || boot !== undefined);
  const lines = there.map(
    ([name, it]) => `start=${it.start / sector}, size=${it.size / sector}, type=${it.type}, name=${name}`,
  );
  const input = ['label: gpt', `label-id: ${diskUuid}`, ...lines, ''].join('\n');
  await execa('sfdisk', ['--quiet', '--no-reread', '--no-tell-kernel', image], { input });
}

/** One sector a cluster: mkfs.vfat would choose by the size of the whole file, and leave too few clusters for FAT32. */
async function makeEsp(image: string, esp: string): Promise<void> {
  const { start, size } = partitions.esp;
  const id = ['-i', espUuid.replace('-', '')];
  const volume = ['-F', '32', '-s', '1', '-n', 'ESP', ...id, '--offset', String(start / sector)];
  await execa('mkfs.vfat', [...volume, image, String(size / 1024)]);
  const content = (await readdir(esp)).map(name => join(esp, name));
  await execa('mcopy', ['-s', '-i', `${image}@@${start}`, ...content, '::']);
}
