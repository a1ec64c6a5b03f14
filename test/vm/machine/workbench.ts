import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { partitions, rootWithin } from '../image/layout.ts';
import type { Machine } from './machine.ts';

/** A file system of a disk that lies open on the bench. Paths begin at its root. */
export interface Volume {
  read(path: string): Promise<Buffer>;
  /** Over what is there. The folder must exist. */
  write(path: string, content: Buffer | string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface Opened {
  root: Volume;
  esp: Volume;
}

/** Changes files of a machine without power behind everybody's back; nothing of it runs meanwhile. */
export async function onTheBench(machine: Machine, work: (disk: Opened) => Promise<void>): Promise<void> {
  const { overlay } = machine;
  if (overlay === null) throw new Error('the machine has no disk');
  if (machine.running) throw new Error('the disk of a running machine cannot be changed');
  const bench = join(machine.folder, 'bench');
  await rm(bench, { recursive: true, force: true });
  await mkdir(bench);
  try {
    const image = join(bench, 'disk.raw');
    await execa('qemu-img', ['convert', '-O', 'raw', overlay, image]);
    await execa('e2fsck', ['-p', rootWithin(image)], { reject: false }); // replays the journal: GRUB would not, Linux will
    await work({ root: ext4(image, bench), esp: fat(image, bench) });
    await closed(image, overlay, bench);
  } finally {
    await rm(bench, { recursive: true, force: true });
  }
}

/** Only what differs from the image below goes into the overlay. */
async function closed(image: string, overlay: string, bench: string): Promise<void> {
  const { stdout } = await execa('qemu-img', ['info', '--output=json', overlay]);
  const below = JSON.parse(stdout) as { 'full-backing-filename': string; 'backing-filename-format': string };
  const backing = ['-B', below['full-backing-filename'], '-F', below['backing-filename-format']];
  const changed = join(bench, 'disk.qcow2');
  await execa('qemu-img', ['convert', '-O', 'qcow2', ...backing, image, changed]);
  await rename(changed, overlay);
}

/** debugfs writes into the folder it stands in, and only names that are free. */
function ext4(image: string, bench: string): Volume {
  const file = join(bench, 'file');
  const ask = async (...requests: string[]) => {
    const { stderr } = await execa('debugfs', ['-w', '-f', '-', rootWithin(image)], { input: requests.join('\n') });
    const complaint = stderr.split('\n').filter(line => line !== '' && !line.startsWith('debugfs '));
    if (complaint.length > 0) throw new Error(`debugfs, ${requests.join('; ')}: ${complaint.join(' ')}`);
  };
  return {
    async read(path) {
      await ask(`dump ${path} ${file}`);
      return readFile(file);
    },
    async write(path, content) {
      await writeFile(file, content);
      await ask(`cd ${dirname(path)}`, `rm ${basename(path)}`).catch(() => {}); // there may be none
      await ask(`cd ${dirname(path)}`, `write ${file} ${basename(path)}`);
    },
    async remove(path) {
      await ask(`rm ${path}`);
    },
  };
}

function fat(image: string, bench: string): Volume {
  const file = join(bench, 'file');
  const within = ['-i', `${image}@@${partitions.esp.start}`];
  return {
    async read(path) {
      await execa('mcopy', ['-n', '-o', ...within, `::${path}`, file]);
      return readFile(file);
    },
    async write(path, content) {
      await writeFile(file, content);
      await execa('mcopy', ['-o', ...within, file, `::${path}`]);
    },
    async remove(path) {
      await execa('mdel', [...within, `::${path}`]);
    },
  };
}
