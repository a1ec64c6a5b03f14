/** A machine as a folder: two partitions with a root and a swap area, and what udev found on them. */
import { freshFolder, linkTo, put } from '../kernel/machine.ts';

export const ROOT_UUID = '0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e';
export const SWAP_UUID = '1b1b1b1b-2c2c-3d3d-4e4e-5f5f5f5f5f5f';
export const PARTUUID = 'aabbccdd-0001-4000-8000-000000000001';

export interface Partition {
  name: string;
  number: string;
  type?: string;
  uuid?: string;
  partuuid?: string;
}

/** What sysfs and udev say of one partition (or disk). */
export const blockDevice = (root: string, { name, number, type, uuid, partuuid }: Partition): void => {
  const folder = `/sys/devices/pci0000:00/0000:00:05.0/block/${name}`;
  put(root, `${folder}/dev`, `${number}\n`);
  linkTo(root, `/sys/class/block/${name}`, folder);
  linkTo(root, `/sys/dev/block/${number}`, folder);
  const properties = { ID_FS_TYPE: type, ID_FS_UUID: uuid, ID_PART_ENTRY_UUID: partuuid };
  const lines = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`E:${key}=${value}`],
  );
  put(root, `/run/udev/data/b${number}`, `${['S:disk/by-path/pci', ...lines, 'G:systemd'].join('\n')}\n`);
};

export const mountinfo = (root: string, lines: readonly string[]): void =>
  put(root, '/proc/self/mountinfo', lines.map((line, at) => `${at + 20} 1 ${line}\n`).join(''));

export const ROOT_MOUNT = '8:1 / / rw,relatime - ext4 /dev/sda1 rw';

/** sda1 is the root, sda2 swap. */
export const machine = (files: Record<string, string> = {}): string => {
  const root = freshFolder();
  blockDevice(root, { name: 'sda', number: '8:0' });
  blockDevice(root, { name: 'sda1', number: '8:1', type: 'ext4', uuid: ROOT_UUID, partuuid: PARTUUID });
  blockDevice(root, { name: 'sda2', number: '8:2', type: 'swap', uuid: SWAP_UUID });
  mountinfo(root, [ROOT_MOUNT]);
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  return root;
};
