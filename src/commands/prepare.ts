import { type Command, type Invocation, printJson } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { targetsNamed } from '../prepare/choose.ts';
import { readImage } from '../prepare/image.ts';
import { matrixJson } from '../prepare/json.ts';
import { type Matrix, matrixOf } from '../prepare/matrix.ts';
import { targets } from '../prepare/targets.ts';

const WOULD_NOT_BOOT = 4;
/** A person waits longer than a boot does; each initramfs takes a second or two. */
const PATIENCE_MS = 10 * 60_000;

const print = async (invocation: Invocation, matrix: Matrix): Promise<void> => {
  if (invocation.json) return printJson(invocation, matrixJson(matrix));
  const { describeMatrix } = await import('../terminal/matrix.ts');
  invocation.print(describeMatrix(matrix));
};

export const command: Command = {
  usage: 'prepare --check [--target NAME,…]',
  summary: 'will this image boot there? each hypervisor against what it takes',
  options: { check: { type: 'boolean' }, target: { type: 'string' } },
  async run(invocation) {
    const { guest, options } = invocation;
    const { check, target } = options;
    if (check !== true) {
      throw new EnlightenError('usage', { tried: 'prepare', on: 'the image', happened: 'only --check is known' });
    }
    const named = typeof target === 'string' ? targetsNamed(target) : null;
    const deadline = guest.clock.monotonic() + PATIENCE_MS;
    const image = await readImage(guest, await bootLoaderOf(guest), () => guest.clock.monotonic() > deadline);
    const matrix = await matrixOf(image, named ?? targets);
    await print(invocation, matrix);
    return named !== null && matrix.rows.some(({ boots }) => boots === false) ? WOULD_NOT_BOOT : 0;
  },
};
