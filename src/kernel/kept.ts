/** Kernels that must stay installed, whatever else goes. */
import type { Guest } from '../guest/guest.ts';
import type { Trial } from '../state/state.ts';
import type { BootLoader } from './bootloaders/bootloader.ts';
import type { InstalledKernel } from './installed.ts';

/** No machine says this of itself: what the loader starts there is what it starts everywhere. */
const ELSEWHERE = { manufacturer: '', product: '' };

/** What the loader and the trial hold on to. */
export interface Holding {
  loader: Pick<BootLoader, 'effectiveDefault'>;
  trial: Pick<Trial, 'kernel' | 'previous'>;
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * Releases, sorted: the one that runs, the confirmed or tried one, the one a return leads to, the one the loader starts on any other
 * machine, and the newest universal one.
 */
export const keptKernels = async (
  guest: Guest,
  { loader, trial }: Holding,
  kernels: readonly InstalledKernel[],
  running: string,
): Promise<string[]> => {
  const everywhere = fileName((await loader.effectiveDefault(guest, ELSEWHERE)) ?? '');
  const universal = kernels.find(kernel => kernel.universal);
  const kept = kernels
    .filter(kernel => {
      const { release, image } = kernel;
      const held = [running, trial.kernel, trial.previous].includes(release);
      return held || fileName(image) === everywhere || kernel === universal;
    })
    .map(({ release }) => release);
  return kept.sort();
};
