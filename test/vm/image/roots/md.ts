import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { partitions } from '../layout.ts';
import { makeExt4 } from './ext4.ts';
import type { Root } from './root.ts';

const { start, size } = partitions.root;
const sector = 512;
/** Where the data begins, behind the superblock and a gap that mdadm leaves, too. */
const dataAt = 1024 * 1024;
const superblockAt = 4096;
const arrayId = '0e111647e00040008000000000000002';

/** A RAID 1 that has one disk and needs no other: what GRUB can read and never write. */
export const md: Root = {
  packages: ['e2fsprogs', 'mdadm'],
  device: '/dev/md0',
  fs: 'ext2',
  abstraction: 'diskfilter mdraid1x',
  drive: `mduuid/${arrayId}`,
  type: 'ext4',
  modules: 'mdraid1x diskfilter ext2',
  ext4At: dataAt,

  async write(image, tree) {
    await makeExt4(image, tree, start + dataAt, size - dataAt);
    const disk = await open(image, 'r+');
    try {
      const block = superblock();
      await disk.write(block, 0, block.length, start + superblockAt);
    } finally {
      await disk.close();
    }
  },
};

/**
 * Version 1.2 (include/uapi/linux/raid/md_p.h, struct mdp_superblock_1): mdadm would need the kernel's md to write it.
 */
function superblock(): Buffer {
  const block = Buffer.alloc(4096);
  const sectors = BigInt((size - dataAt) / sector);
  const now = BigInt(Math.floor(Date.now() / 1000));
  block.writeUInt32LE(0xa92b4efc, 0); // magic
  block.writeUInt32LE(1, 4); // major version
  Buffer.from(arrayId, 'hex').copy(block, 16); // set_uuid
  block.write('lab:0', 32, 'latin1'); // set_name
  block.writeBigUInt64LE(now, 64); // ctime
  block.writeInt32LE(1, 72); // level
  block.writeBigUInt64LE(sectors, 80); // size
  block.writeUInt32LE(1, 92); // raid_disks
  block.writeBigUInt64LE(BigInt(dataAt / sector), 128); // data_offset
  block.writeBigUInt64LE(sectors, 136); // data_size
  block.writeBigUInt64LE(BigInt(superblockAt / sector), 144); // super_offset
  randomBytes(16).copy(block, 168); // device_uuid
  block.writeBigUInt64LE(now, 192); // utime
  block.writeBigUInt64LE(1n, 200); // events
  block.writeBigUInt64LE(0xffffffffffffffffn, 208); // resync_offset: in sync
  block.writeUInt32LE(1, 220); // max_dev; dev_roles[0] at 256 is 0
  block.writeUInt32LE(checksum(block.subarray(0, 256 + 2)), 216); // sb_csum
  return block;
}

/** calc_sb_1_csum in drivers/md/md.c: 32-bit words, a 16-bit rest, the carry added. */
function checksum(covered: Buffer): number {
  let sum = 0n;
  let at = 0;
  for (; at + 4 <= covered.length; at += 4) sum += BigInt(covered.readUInt32LE(at));
  if (at + 2 <= covered.length) sum += BigInt(covered.readUInt16LE(at));
  return Number(((sum & 0xffffffffn) + (sum >> 32n)) & 0xffffffffn);
}
