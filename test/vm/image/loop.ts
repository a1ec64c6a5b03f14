import { execa } from 'execa';

/** A part of an image as a block device, for as long as `use` runs. The device knows no partitions: no udev is asked for. */
export async function withLoop(
  image: string,
  offset: number,
  size: number,
  use: (device: string) => Promise<void>,
): Promise<void> {
  const range = ['--offset', String(offset), '--sizelimit', String(size)];
  const { stdout: device } = await execa('losetup', ['--find', '--show', ...range, image]);
  try {
    await use(device);
  } finally {
    await execa('losetup', ['--detach', device]);
  }
}
