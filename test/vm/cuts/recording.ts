/** A machine's disk with a log of its writes beside it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { diskSize, partitions } from '../image/layout.ts';
import type { Machine } from '../machine/machine.ts';
import type { Part } from './replay.ts';

export interface Recorded {
  log: string;
  /** The whole disk, and the root file system alone, as they were before. */
  disk: Part;
  root: Part;
}

/** Of a machine without power; what it starts with from now on is recorded. */
export const record = async (machine: Machine): Promise<Recorded> => {
  const { overlay, folder } = machine;
  if (overlay === null) throw new Error('the machine has no disk');
  const [log, disk, root] = ['writes.log', 'replayed.raw', 'root.raw'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(log, '');
  await execa('qemu-img', ['convert', '-O', 'raw', overlay, disk]);
  const { start, size } = partitions.root;
  const part = [`if=${disk}`, `of=${root}`, 'bs=1M', `skip=${start / 2 ** 20}`, `count=${size / 2 ** 20}`];
  await execa('dd', [...part, 'conv=sparse', 'status=none']);
  machine.log = log;
  return { log, disk: { file: disk, start: 0, size: diskSize }, root: { file: root, start, size } };
};

/** A machine's own disk, from the replayed one as it is now. */
export const handOver = async ({ disk }: Recorded, to: string): Promise<void> => {
  await execa('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', disk.file, to]);
};
