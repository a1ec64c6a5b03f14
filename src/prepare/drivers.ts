/** Has a kernel the drivers of a device, and where it needs them? */
import { type Blocked, isBlocked } from '../kernel/blocked.ts';
import { absent } from '../kernel/initramfs/holds.ts';
import { byName, type ModuleDatabase } from '../kernel/modules.ts';
import type { KernelFinding } from './finding.ts';
import type { Link } from './hardware.ts';
import type { ExaminedKernel } from './image.ts';
import type { Code } from './root.ts';

/**
 * `initramfs`: before the root file system is there · `modules`: after.
 */
export type When = 'initramfs' | 'modules';

/** A driver of the kernel's for the link. One compiled in often publishes no alias, so its name counts, too. */
const driverOf = ({ modalias, module }: Link, drivers: ModuleDatabase): string | null =>
  drivers.builtin(module) || drivers.matching(modalias).includes(module) ? module : null;

interface Lack {
  module: string;
  /** Who lacks it. */
  from: 'kernel' | 'initramfs';
}

const lackingFor = (module: string | null, wanted: string, kernel: Known, when: When): Lack[] => {
  if (module === null) return [{ module: wanted, from: 'kernel' }];
  if (when === 'modules') return [];
  return absent(module, kernel.drivers, kernel.loaded).map(name => ({ module: name, from: 'initramfs' }));
};

const words: Record<Lack['from'], string> = {
  kernel: 'which this kernel does not have',
  initramfs: 'which its initramfs does not hold',
};

interface Known {
  drivers: ModuleDatabase;
  loaded: ReadonlySet<string>;
}

const known = ({ drivers, loaded }: ExaminedKernel): Known | Blocked => {
  if (isBlocked(drivers)) return drivers;
  return isBlocked(loaded) ? loaded : { drivers, loaded };
};

/** @param code besides the drivers, that has to be there by then */
export const fares = (
  kernel: ExaminedKernel,
  chain: readonly Link[],
  when: When,
  code: readonly Code[] = [],
): KernelFinding => {
  const { release } = kernel;
  const tables = known(kernel);
  if (isBlocked(tables)) {
    const { subject, happened } = tables.blocked;
    return { release, state: 'unknown', lacks: [`${subject}: ${happened}`], rebuild: false };
  }
  const links = chain.flatMap(link => lackingFor(driverOf(link, tables.drivers), link.module, tables, when));
  const others = code.flatMap(names => {
    const [module] = names.flatMap(name => byName(name, tables.drivers));
    return lackingFor(module ?? null, names[0] ?? '', tables, when);
  });
  const lacks = [...links, ...others];
  const told = [...new Set(lacks.map(({ module, from }) => `${module}, ${words[from]}`))];
  const rebuild = lacks.length > 0 && lacks.every(({ from }) => from === 'initramfs');
  return { release, state: lacks.length === 0 ? 'ok' : 'missing', lacks: told, rebuild };
};
