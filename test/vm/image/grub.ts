import { copyFile, mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partitions, rootUuid } from './layout.ts';

/**
 * GRUB without grub-install, which wants a disk with partition nodes. Its work is little: the modules go to /boot/grub,
 * grub-mkimage makes the core, and two small patches tell the boot sector where that core lies (the offsets are those of
 * GRUB's include/grub/i386/pc/boot.h: kernel_sector 0x5c, boot_drive 0x64, drive_check 0x66; and of the block list at
 * the end of the core's first sector).
 */
export interface Loader {
  bootSector: string;
  core: string;
  efi: string;
  efiConfig: string;
}

/** The module folders, as Debian's grub-install would copy them. */
const platforms = { 'i386-pc': 'biosdisk part_gpt ext2', 'x86_64-efi': 'part_gpt ext2 fat search_fs_uuid configfile' };

/**
 * In a chroot grub-probe would describe the build machine's disk, and 10_linux ends silently where / is on a loop
 * device. What it has to say about the disk in the making is known: this stands in its place while the image is built.
 * A scenario compares the resulting grub.cfg with the one update-grub writes in the booted machine.
 */
export const probeAnswers = `#!/bin/sh
target=device
while [ $# -gt 0 ]; do
  case $1 in
    --target=*) target=\${1#*=} ;;
    -t) target=$2; shift ;;
  esac
  shift
done
case $target in
  device) echo /dev/vda${partitions.root.number} ;;
  fs) echo ext2 ;;
  fs_uuid) echo ${rootUuid} ;;
  fs_label) echo root ;;
  partmap) echo gpt ;;
  drive) echo '(hd0,gpt${partitions.root.number})' ;;
  abstraction | compatibility_hint | hints_string) echo ;;
  *) exit 1 ;;
esac
`;

/** 10_linux writes root=UUID=… only where this link exists and leads somewhere. */
export const probeDevices = {
  [`vda${partitions.root.number}`]: 'null',
  [`disk/by-uuid/${rootUuid}`]: `../../vda${partitions.root.number}`,
};

/** To be run in the chroot, in this order: the environment block and the images first, then the configuration. */
export const installScript = [
  'grub-editenv /boot/grub/grubenv create',
  `grub-mkimage -O i386-pc -d /usr/lib/grub/i386-pc -p '(,gpt${partitions.root.number})/boot/grub' -o /boot/grub/i386-pc/core.img ${platforms['i386-pc']}`,
  `grub-mkimage -O x86_64-efi -d /usr/lib/grub/x86_64-efi -p /EFI/BOOT -o /boot/grub/x86_64-efi/core.efi ${platforms['x86_64-efi']}`,
  'update-grub',
].join('\n');

export async function copyModules(tree: string): Promise<void> {
  for (const platform of Object.keys(platforms)) {
    const from = join(tree, 'usr/lib/grub', platform);
    const to = join(tree, 'boot/grub', platform);
    await mkdir(to, { recursive: true });
    const modules = (await readdir(from)).filter(name => /\.(mod|lst)$|^boot\.img$/.test(name));
    await Promise.all(modules.map(name => copyFile(join(from, name), join(to, name))));
  }
}

/** What the chroot made, and the ESP's configuration, which only leads to the real one. */
export async function loaderOf(tree: string, folder: string): Promise<Loader> {
  const efiConfig = join(folder, 'esp-grub.cfg');
  const lead = [`search.fs_uuid ${rootUuid} root`, `set prefix=($root)'/boot/grub'`, 'configfile $prefix/grub.cfg', ''];
  await writeFile(efiConfig, lead.join('\n'));
  return {
    bootSector: join(tree, 'boot/grub/i386-pc/boot.img'),
    core: join(tree, 'boot/grub/i386-pc/core.img'),
    efi: join(tree, 'boot/grub/x86_64-efi/core.efi'),
    efiConfig,
  };
}

export async function installBootSector(image: string, loader: Loader, coreAt: number): Promise<void> {
  const boot = Buffer.from((await readFile(loader.bootSector)).subarray(0, 440)); // the partition table follows
  boot.writeBigUInt64LE(BigInt(coreAt), 0x5c);
  boot.writeUInt8(0xff, 0x64); // the drive the BIOS started us from
  boot.writeUInt16LE(0x9090, 0x66); // no jump around that drive number
  const core = await readFile(loader.core);
  core.writeBigUInt64LE(BigInt(coreAt + 1), 0x1f4);
  core.writeUInt16LE(Math.ceil(core.length / 512) - 1, 0x1fc);
  core.writeUInt16LE(0x820, 0x1fe);
  if (core.length > partitions.bios.size)
    throw new Error(`GRUB's core is ${core.length} bytes, too long for its partition`);
  const disk = await open(image, 'r+');
  try {
    await disk.write(boot, 0, boot.length, 0);
    await disk.write(core, 0, core.length, coreAt * 512);
  } finally {
    await disk.close();
  }
}
