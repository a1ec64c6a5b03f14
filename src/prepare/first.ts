import type { Notice } from '../notices/notice.ts';
import { prepareNotice } from '../notices/prepare.ts';
import { type Finding, type KernelFinding, missing, ok, unknown } from './finding.ts';
import type { ExaminedKernel } from './image.ts';

/**
 * The first kernel decides whether the machine comes up; how the others fare tells which of them can be tried there.
 * @param what the driver is for
 */
export const judgedByFirst = (
  first: ExaminedKernel | null,
  kernels: readonly KernelFinding[],
  what: string,
  lacking: (release: string, lacks: string) => Notice,
): Finding => {
  const deciding = kernels.find(({ release }) => release === first?.release);
  if (deciding === undefined) return missing(prepareNotice('image-no-kernel', '/boot'), true);
  const { release, state, lacks } = deciding;
  const list = lacks.join('; ');
  if (state === 'missing') return { ...missing(lacking(release, list), true), kernels };
  if (state === 'unknown') return { ...unknown(prepareNotice('image-drivers-unknown', release, list), true), kernels };
  const drivers = kernels.filter(kernel => kernel.state === 'ok').map(kernel => kernel.release);
  return { ...ok(`${what}: ${drivers.join(', ')}`), kernels };
};
