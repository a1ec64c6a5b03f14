import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partitions, rootUuid, sector } from '../layout.ts';
import type { Root } from '../roots/root.ts';
import type { Loader } from './loader.ts';

/**
 * GRUB without grub-install, which wants a disk with partition nodes. Its work is little: the modules go to /boot/grub,
 * grub-mkimage makes the core, and two small patches tell the boot sector where that core lies (the offsets are those of
 * GRUB's include/grub/i386/pc/boot.h: kernel_sector 0x5c, boot_drive 0x64, drive_check 0x66; and of the block list at
 * the end of the core's first sector). The same image boots through BIOS and UEFI.
 */
export const grub: Loader = {
  packages: ['grub-pc', 'grub-efi-amd64-bin'],

  // The ESP's configuration only leads to the real one.
  files: root => ({
    'boot/efi/EFI/BOOT/grub.cfg': [
      `search.fs_uuid ${root.boot?.uuid ?? rootUuid} root`,
      `set prefix=($root)'${folder(root)}'`,
      'configfile $prefix/grub.cfg',
      '',
    ].join('\n'),
  }),

  cover: root => ({
    'usr/sbin/grub-probe': probeAnswers(root),
    // In the chroot /boot is only a folder, and grub-mkrelpath does not know it for a file system.
    ...(root.boot === undefined ? {} : { 'usr/bin/grub-mkrelpath': '#!/bin/sh\necho "$1" | sed s,^/boot,,\n' }),
  }),

  // 10_linux writes root=UUID=… only where this link exists and leads somewhere.
  devices: ({ device }) => {
    const name = device.replace('/dev/', '');
    return { [name]: name.includes('/') ? '../null' : 'null', [`disk/by-uuid/${rootUuid}`]: `../../${name}` };
  },

  // In this order: the environment block and the images first, then the configuration. The modules are those grub-install would copy.
  script: root =>
    [
      ...platforms(root).flatMap(({ platform, modules, prefix, core }) => [
        `mkdir -p /boot/grub/${platform}`,
        `cp /usr/lib/grub/${platform}/*.mod /usr/lib/grub/${platform}/*.lst /boot/grub/${platform}`,
        `grub-mkimage -O ${platform} -d /usr/lib/grub/${platform} -p '${prefix}' -o /boot/grub/${platform}/${core} ${modules}`,
      ]),
      'cp /usr/lib/grub/i386-pc/boot.img /boot/grub/i386-pc',
      'cp /boot/grub/x86_64-efi/core.efi /boot/efi/EFI/BOOT/BOOTX64.EFI',
      'grub-editenv /boot/grub/grubenv create',
      'update-grub',
    ].join('\n'),

  async finish(image, tree) {
    const coreAt = partitions.bios.start / sector;
    const boot = Buffer.from((await readFile(join(tree, 'boot/grub/i386-pc/boot.img'))).subarray(0, 440)); // the partition table follows
    boot.writeBigUInt64LE(BigInt(coreAt), 0x5c);
    boot.writeUInt8(0xff, 0x64); // the drive the BIOS started us from
    boot.writeUInt16LE(0x9090, 0x66); // no jump around that drive number
    const core = await readFile(join(tree, 'boot/grub/i386-pc/core.img'));
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
  },
};

/** GRUB's own, as GRUB names it. */
const folder = ({ boot }: Root): string => (boot === undefined ? '/boot/grub' : '/grub');

const platforms = (root: Root) => [
  {
    platform: 'i386-pc',
    modules: `biosdisk part_gpt ${root.modules}`,
    prefix: `(${root.drive.replace('hd0,', ',')})${folder(root)}`,
    core: 'core.img',
  },
  {
    platform: 'x86_64-efi',
    modules: `part_gpt fat search_fs_uuid configfile ${root.modules}`,
    prefix: '/EFI/BOOT',
    core: 'core.efi',
  },
];

/**
 * In a chroot grub-probe would describe the build machine's disk, and 10_linux ends silently where / is on a loop
 * device. What it has to say about the disk in the making is known: this stands in its place while the image is built.
 * A scenario compares the resulting grub.cfg with the one update-grub writes in the booted machine.
 */
const probeAnswers = (root: Root) => `#!/bin/sh
target=device of=/
while [ $# -gt 0 ]; do
  case $1 in
    --target=*) target=\${1#*=} ;;
    -t) target=$2; shift ;;
    *) of=$1 ;;
  esac
  shift
done
case $of in
  ${root.boot === undefined ? '' : `/boot* | ${root.boot.device}) ${bootAnswers(root.boot, root)} ;;`}
  *) ${rootAnswers(root)} ;;
esac
case $target in
  device) echo $device ;;
  fs) echo $fs ;;
  fs_uuid) echo $uuid ;;
  fs_label) echo $label ;;
  partmap) echo gpt ;;
  drive) echo "($drive)" ;;
  abstraction) echo $abstraction ;;
  compatibility_hint | hints_string) echo ;;
  *) exit 1 ;;
esac
`;

const rootAnswers = ({ device, fs, abstraction, drive }: Root) =>
  `device=${device} fs=${fs} uuid=${rootUuid} label=root drive='${drive}' abstraction='${abstraction}'`;

const bootAnswers = ({ device, uuid }: NonNullable<Root['boot']>, { drive }: Root) =>
  `device=${device} fs=ext2 uuid=${uuid} label=boot drive='${drive}' abstraction=`;
