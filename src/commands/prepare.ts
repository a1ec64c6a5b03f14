import { type Command, type Invocation, printJson } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { targetsNamed } from '../prepare/choose.ts';
import { type Image, readImage } from '../prepare/image.ts';
import { matrixJson } from '../prepare/json.ts';
import { type Matrix, matrixOf } from '../prepare/matrix.ts';
import { type Mended, mend, nothingMended } from '../prepare/mend/mend.ts';
import type { Target } from '../prepare/target.ts';
import { targets } from '../prepare/targets.ts';
import { withLock } from '../state/lock.ts';
import { isSealed, SEALED } from '../state/sealed.ts';

const WOULD_NOT_BOOT = 4;
/** A person waits longer than a boot does; each initramfs takes a second or two. */
const PATIENCE_MS = 10 * 60_000;

interface Looked {
  image: Image;
  matrix: Matrix;
}

const look = async (guest: WritableGuest, on: readonly Target[]): Promise<Looked> => {
  const deadline = guest.clock.monotonic() + PATIENCE_MS;
  const image = await readImage(guest, await bootLoaderOf(guest), () => guest.clock.monotonic() > deadline);
  return { image, matrix: await matrixOf(image, on) };
};

/** Machine ids and leases of a machine in use are no build's leftovers. */
const refuseAppliance = async (guest: WritableGuest): Promise<void> => {
  if (!(await isSealed(guest))) return;
  throw new EnlightenError('not-here', {
    tried: 'prepare',
    on: 'the image',
    happened: 'it is sealed, so it is an appliance already',
    remedy: `Look with --check. To change the image itself, remove ${SEALED} first, and seal it again.`,
  });
};

/** Mends, and looks again: what counts is what holds afterwards. */
const mended = async ({ guest, options }: Invocation, on: readonly Target[]): Promise<[Matrix, Mended]> => {
  await refuseAppliance(guest);
  const { image, matrix } = await look(guest, on);
  const result = await mend(guest, image, matrix, { whole: options['identity'] === true });
  return [(await look(guest, on)).matrix, result];
};

const print = async (invocation: Invocation, matrix: Matrix, result: Mended): Promise<void> => {
  if (invocation.json) return printJson(invocation, matrixJson(matrix, result));
  const { describeMatrix, describeMended } = await import('../terminal/matrix.ts');
  invocation.print(describeMended(result) + describeMatrix(matrix));
};

export const command: Command = {
  usage: 'prepare [--check] [--target NAME,…] [--identity]',
  summary: 'will this image boot there? each hypervisor against what it takes; without --check it mends',
  options: { check: { type: 'boolean' }, target: { type: 'string' }, identity: { type: 'boolean' } },
  async run(invocation) {
    const { guest, options } = invocation;
    const named = typeof options['target'] === 'string' ? targetsNamed(options['target']) : null;
    const on = named ?? targets;
    const [matrix, result] =
      options['check'] === true
        ? ([(await look(guest, on)).matrix, nothingMended] as const)
        : await withLock(guest, 'prepare', () => mended(invocation, on));
    await print(invocation, matrix, result);
    return named !== null && matrix.rows.some(({ boots }) => boots === false) ? WOULD_NOT_BOOT : 0;
  },
};
