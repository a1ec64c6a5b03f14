/** Everything observed, put together: plain data from here on. */
import type { Detection } from '../detect/detection.ts';
import { devices } from '../detect/devices.ts';
import type { Guest } from '../guest/guest.ts';
import { knownInitramfs } from '../kernel/initramfs/known.ts';
import { installedKernels } from '../kernel/installed.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { blockDevices } from './block.ts';
import { cpus } from './cpus.ts';
import { distribution } from './distribution.ts';
import type { Facts } from './facts.ts';
import { runningRelease } from './machine.ts';
import { memory } from './memory.ts';
import { modules } from './modules.ts';
import { tools } from './tools.ts';

export const gather = async (guest: Guest, detection: Detection, environment: Environment | null): Promise<Facts> => {
  const inventory = await devices(guest);
  const release = (await runningRelease(guest)) ?? '';
  return {
    detection,
    environment,
    devices: inventory,
    blockDevices: await blockDevices(guest),
    distribution: await distribution(guest),
    runningRelease: release,
    kernels: await installedKernels(guest),
    memory: await memory(guest),
    cpus: await cpus(guest),
    modules: await modules(guest, release),
    initramfs: await knownInitramfs(guest),
    tools: await tools(guest, detection, inventory),
  };
};
