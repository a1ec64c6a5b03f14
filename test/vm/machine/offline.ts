import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { rootWithin } from '../image/layout.ts';
import type { Machine } from './machine.ts';

/**
 * The root file system of a machine without power, as the next boot's kernel will see it: a private copy whose
 * journal has been replayed. With `replay: false` it is what GRUB sees, which replays nothing.
 */
export class Offline {
  #image: string;
  #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#image = join(folder, 'disk.raw');
  }

  static async open(machine: Machine, { replay = true } = {}): Promise<Offline> {
    if (machine.overlay === null) throw new Error('the machine has no disk');
    if (machine.running) throw new Error('the disk of a running machine cannot be read');
    const disk = new Offline(join(machine.folder, 'offline'));
    await rm(disk.#folder, { recursive: true, force: true });
    await mkdir(disk.#folder);
    await execa('qemu-img', ['convert', '-O', 'raw', machine.overlay, disk.#image]);
    if (replay) await execa('e2fsck', ['-p', rootWithin(disk.#image)], { reject: false });
    return disk;
  }

  /** The content, or null where there is no such file. */
  async read(path: string): Promise<string | null> {
    const copy = join(this.#folder, randomUUID());
    await this.#debugfs(`dump ${path} ${copy}`);
    return readFile(copy, 'utf8').catch(() => null);
  }

  /** The files directly in a folder. */
  async list(folder: string): Promise<string[]> {
    const entries = (await this.#debugfs(`ls -p ${folder}`)).split('\n').map(line => line.split('/'));
    return entries.filter(([, , mode]) => mode?.startsWith('10')).map(fields => `${folder}/${fields[5]}`);
  }

  /** Copies a folder out of the machine; where it lies now. */
  async copy(folder: string): Promise<string> {
    await this.#debugfs(`rdump ${folder} ${this.#folder}`);
    return this.#folder;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #debugfs(request: string): Promise<string> {
    return (await execa('debugfs', ['-R', request, rootWithin(this.#image)], { reject: false })).stdout;
  }
}
