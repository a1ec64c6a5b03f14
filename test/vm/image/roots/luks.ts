import { rm, truncate, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { bootUuid, partitions } from '../layout.ts';
import { makeExt4 } from './ext4.ts';
import type { Root } from './root.ts';

const { start } = partitions.root;
const MiB = 1024 * 1024;
/** Every byte of it is written, the empty ones, too: an encrypted disk has no holes. */
const room = 1800 * MiB;
const uuid = '0e111647-e000-4000-8000-000000000003';
const key = '/etc/keys/root.key';
/** Whoever holds such a disk holds the key as well: it is in the initramfs, on /boot. */
const secret = 'the-key-of-an-appliance-in-the-lab';

/** LUKS with a key file; /boot is not encrypted, and lies apart. */
export const luks: Root = {
  packages: ['e2fsprogs', 'cryptsetup-initramfs'],
  device: '/dev/mapper/root',
  fs: 'ext2',
  abstraction: 'cryptodisk luks',
  drive: `hd0,gpt${partitions.boot.number}`,
  type: 'ext4',
  modules: 'ext2',
  ext4At: null,
  boot: { device: `/dev/vda${partitions.boot.number}`, uuid: bootUuid },

  files: {
    [key.slice(1)]: secret,
    'etc/crypttab': `root UUID=${uuid} ${key} luks,initramfs\n`,
    'etc/cryptsetup-initramfs/conf-hook': `KEYFILE_PATTERN="${key}"\n`,
    'etc/initramfs-tools/conf.d/umask': 'UMASK=0077\n',
  },
  script: `chmod -R go= /etc/keys; update-initramfs -u -k all`,

  /** qemu-img encrypts without the kernel's help; its LUKS 1 is what cryptsetup opens. */
  async write(image, tree) {
    const [plain, encrypted, keyFile] = [`${image}.plain`, `${image}.luks`, `${image}.key`];
    await writeFile(plain, '');
    await truncate(plain, room);
    await makeExt4(plain, tree, 0, room);
    await writeFile(keyFile, secret);
    // Little work for each try of a key: an emulated processor opens this disk at every boot.
    const options = ['--object', `secret,id=key,file=${keyFile}`, '-o', 'key-secret=key,iter-time=20'];
    await execa('qemu-img', ['convert', '-W', '-f', 'raw', '-O', 'luks', ...options, plain, encrypted]);
    await execa('cryptsetup', ['luksUUID', '--batch-mode', '--uuid', uuid, encrypted]);
    await execa('dd', [`if=${encrypted}`, `of=${image}`, 'bs=1M', `seek=${start / MiB}`, 'conv=notrunc']);
    for (const done of [plain, encrypted, keyFile]) await rm(done);
  },
};
