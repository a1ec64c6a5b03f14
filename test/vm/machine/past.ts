import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../image/cache.ts';
import { evidence } from './evidence.ts';
import { Machine } from './machine.ts';
import type { Hardware } from './qemu.ts';

/** What a disk has been through before a scenario begins. Lived through once, on a machine of its own, and kept like an image. */
export interface Past {
  name: string;
  /** Leaves the machine switched off. */
  live(vm: Machine): Promise<void>;
}

const disk = 'disk.qcow2';
const variables = 'nvram.fd';

/** The folder that holds the disk after it, and UEFI's variables where there are any. */
export const lived = (past: Past, image: string, hardware: Partial<Hardware>): Promise<string> =>
  cached({
    kind: 'appliance',
    what: `a disk that is ${past.name}`,
    from: [image, past.name, String(past.live), JSON.stringify(hardware)],
    async build(folder) {
      const machine = await Machine.create(folder, image, hardware);
      try {
        await past.live(machine);
      } catch (error) {
        throw new Error(`${error}\n${await evidence(machine)}`);
      } finally {
        await machine.dispose();
      }
    },
  });

export const diskAfter = (past: string): string => join(past, disk);

/** To the machine whose folder this is. */
export async function handOverVariables(past: string, folder: string): Promise<void> {
  const from = join(past, variables);
  if (existsSync(from)) await copyFile(from, join(folder, variables));
}
