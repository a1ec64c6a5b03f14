/** Everything observed, put together: plain data from here on. */
import type { Detection } from '../detect/detection.ts';
import { devices } from '../detect/devices.ts';
import { offers } from '../detect/offers/index.ts';
import type { Guest } from '../guest/guest.ts';
import { digestOf } from '../kernel/digest.ts';
import { knownInitramfs } from '../kernel/initramfs/known.ts';
import { installedKernels } from '../kernel/installed.ts';
import { type Holding, keptKernels } from '../kernel/kept.ts';
import { isConfirmed } from '../kernel/trial/tried.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { CACHE, cachedPackages, SUMS } from '../packages/cache.ts';
import { managerOf } from '../packages/managers.ts';
import { commandLineOf } from '../settings/gather.ts';
import type { Trial } from '../state/state.ts';
import { blockDevices } from './block.ts';
import { networkCards } from './cards.ts';
import { chronyUnit } from './chrony.ts';
import { cpus } from './cpus.ts';
import { distribution } from './distribution.ts';
import type { Facts } from './facts.ts';
import { runningRelease } from './machine.ts';
import { memory } from './memory.ts';
import { modules } from './modules.ts';
import { tools } from './tools.ts';

/** The trial whose arguments the running kernel may have. */
interface Tried {
  trial: Pick<Trial, 'state' | 'kernel' | 'arguments'>;
}

/** @param holding what decides which kernels must stay: the boot loader and the trial */
export const gather = async (
  guest: Guest,
  detection: Detection,
  environment: Environment | null,
  holding: Holding & Tried,
): Promise<Facts> => {
  const kernels = await installedKernels(guest);
  const running = (await runningRelease(guest)) ?? '';
  const cached = await cachedPackages(
    guest,
    kernels.map(({ release }) => release),
  );
  const inventory = await devices(guest);
  return {
    detection,
    environment,
    devices: inventory,
    blockDevices: await blockDevices(guest),
    cards: await networkCards(guest),
    distribution: await distribution(guest),
    runningRelease: running,
    commandLine: (await commandLineOf(guest)).trim(),
    triedArguments:
      isConfirmed(holding.trial) && holding.trial.kernel === running ? (holding.trial.arguments ?? []) : [],
    kernels,
    kept: await keptKernels(guest, holding, kernels, running),
    manager: (await managerOf(guest))?.name ?? null,
    packages: cached.packages,
    packageNotices: cached.notices,
    importedPackages: await digestOf(guest, `${CACHE}/${SUMS}`, 'sha256'),
    memory: await memory(guest),
    cpus: await cpus(guest),
    modules: await modules(guest, running),
    initramfs: await knownInitramfs(guest),
    offers: (await offers(guest, detection, inventory)).map(({ id, offered, inUse }) => ({ id, offered, inUse })),
    chrony: await chronyUnit(guest),
    tools: await tools(guest, detection, inventory),
  };
};
