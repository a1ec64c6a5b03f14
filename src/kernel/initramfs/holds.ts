/** Which modules an initramfs brings, and which it lacks. */
import { type ModuleDatabase, moduleName } from '../modules.ts';
import type { Initramfs } from './read.ts';

/** Names of the modules in it that are for this release; none without an initramfs. */
export const modulesIn = (initramfs: Initramfs | null, release: string): ReadonlySet<string> =>
  new Set(initramfs?.modules.filter(module => module.release === release).map(({ path }) => moduleName(path)));

/** What of a module's closure is neither built in nor among the loaded ones. */
export const absent = (module: string, target: ModuleDatabase, loaded: ReadonlySet<string>): string[] =>
  target.builtin(module) ? [] : target.closure(module).filter(name => !target.builtin(name) && !loaded.has(name));

/** Drivers the kernel has as files and the initramfs cannot load; what the kernel has not at all, nobody can put in. */
export const lacking = (
  drivers: readonly string[],
  target: ModuleDatabase,
  initramfs: Initramfs,
  release: string,
): string[] => {
  const loaded = modulesIn(initramfs, release);
  return drivers.filter(driver => target.file(driver) !== null && absent(driver, target, loaded).length > 0);
};
