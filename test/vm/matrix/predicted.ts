/** What `prepare --check` says of an image, from its files alone. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { openGuest } from '../../../src/guest/open.ts';
import { bootLoaderOf } from '../../../src/kernel/bootloaders/index.ts';
import { readImage } from '../../../src/prepare/image.ts';
import { type MatrixRow, matrixOf } from '../../../src/prepare/matrix.ts';
import { partitions } from '../image/layout.ts';
import type { Machine } from '../machine/machine.ts';
import { Offline } from '../machine/offline.ts';
import type { Hardware } from '../machine/qemu.ts';
import { machinesWith, targetOf } from './machines.ts';

export interface Predicted {
  boots: boolean | null;
  /** Its network card has a driver. */
  nic: boolean;
  /** Release of the kernel that boots there. */
  first: string | null;
}

const nicIn = ({ cells }: MatrixRow): boolean =>
  cells.some(({ requirement, finding }) => requirement === 'nic' && finding.state === 'ok');

/** As an image's root would lie in a folder: `prepare --root`. */
const laidOut = async (disk: Offline): Promise<string> => {
  for (const folder of ['/boot', '/etc', '/usr/lib/modules', '/usr/lib/os-release']) await disk.copy(folder);
  const root = await disk.copy('/var/lib/enlighten');
  for (const parent of ['usr/lib', 'var/lib']) await mkdir(join(root, parent), { recursive: true });
  for (const name of ['modules', 'os-release']) await rename(join(root, name), join(root, 'usr/lib', name));
  await rename(join(root, 'enlighten'), join(root, 'var/lib/enlighten'));
  const esp = ['-i', `${join(root, 'disk.raw')}@@${partitions.esp.start}`];
  await execa('mcopy', ['-s', '-n', ...esp, '::/', join(root, 'boot/efi')], { env: { MTOOLS_SKIP_CHECK: '1' } });
  return root;
};

/** One for each of the machines, in their order. */
export const predictedFor = async (vm: Machine, firmware: Hardware['firmware']): Promise<Predicted[]> => {
  const disk = await Offline.open(vm);
  try {
    const guest = openGuest(await laidOut(disk));
    const image = await readImage(guest, await bootLoaderOf(guest), () => false);
    const { rows, first } = await matrixOf(
      image,
      machinesWith(firmware).map(it => targetOf(it, firmware)),
    );
    return rows.map(row => ({ boots: row.boots, nic: nicIn(row), first }));
  } finally {
    await disk.close();
  }
};
