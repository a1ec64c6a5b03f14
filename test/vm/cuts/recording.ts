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

/** A part of a disk without power, into a file of its own. */
const takenOut = async ({ file, start, size }: Part, overlay: string): Promise<Part> => {
  const source = `driver=raw,offset=${start},size=${size},file.driver=qcow2,file.file.filename=${overlay}`;
  await execa('qemu-img', ['convert', '--image-opts', '-O', 'raw', source, file]);
  return { file, start, size };
};

const overlayOf = ({ overlay }: Machine): string => {
  if (overlay === null) throw new Error('the machine has no disk');
  return overlay;
};

/** The root file system of a machine without power, in a file of that name in its folder. */
export const rootOf = async (machine: Machine, name: string): Promise<Part> =>
  takenOut({ file: join(machine.folder, name), ...partitions.root }, overlayOf(machine));

/** Of a machine without power; what it starts with from now on is recorded. */
export const record = async (machine: Machine): Promise<Recorded> => {
  const [log, file] = [join(machine.folder, 'writes.log'), join(machine.folder, 'replayed.raw')];
  await writeFile(log, '');
  const disk = await takenOut({ file, start: 0, size: diskSize }, overlayOf(machine));
  const root = await rootOf(machine, 'root.raw');
  machine.log = log;
  return { log, disk, root };
};
