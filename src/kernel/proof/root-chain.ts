import { kernelNotice } from '../../notices/kernel.ts';
import { isBlocked } from '../blocked.ts';
import { driversFor, unlisted } from '../coverage.ts';
import { absent, modulesIn } from '../initramfs/holds.ts';
import { byName, type ModuleDatabase } from '../modules.ts';
import type { RootChain } from '../rootchain.ts';
import type { Proof } from './context.ts';

/** Something the root file system needs; any one of the modules will do. */
interface Need {
  /** `0000:00:1f.2 (ahci)`, `ext4` */
  what: string;
  modules: string[];
}

const needsOf = (chain: RootChain, target: ModuleDatabase, running: ModuleDatabase | null): Need[] => {
  const devices = chain.devices
    .map(device => ({ device, modules: driversFor(device, target, running) }))
    .filter(({ device, modules }) => modules.length > 0 || !unlisted(device, running));
  return [
    ...devices.map(({ device, modules }) => ({ what: `${device.id} (${device.driver})`, modules })),
    ...chain.layers.map(({ name, module }) => ({ what: `${name} (${module})`, modules: byName(module, target) })),
    { what: chain.mount.type, modules: target.matching(`fs-${chain.mount.type}`) },
  ];
};

/** Every driver between the disk and the root file system is built in, or in the initramfs with all it depends on. */
export const rootChainProof: Proof = async p => {
  const [target, chain, initramfs] = [await p.targetModules(), await p.rootChain(), await p.initramfs()];
  if (isBlocked(target)) return target.blocked;
  if (isBlocked(chain)) return chain.blocked;
  if (isBlocked(initramfs)) return initramfs.blocked;
  const { release } = p.target;
  const loaded = modulesIn(initramfs, release);
  for (const { what, modules } of needsOf(chain, target, await p.runningModules())) {
    const [shortest] = modules.map(module => absent(module, target, loaded)).sort((a, b) => a.length - b.length);
    if (shortest === undefined) return kernelNotice('root-driver-missing', what, release);
    if (shortest.length > 0) {
      const file = p.target.initramfs ?? `${release} without initramfs`;
      return kernelNotice('root-module-not-in-initramfs', file, `${shortest.join(', ')} (for ${what})`);
    }
  }
  return null;
};
