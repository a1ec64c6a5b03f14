/** Which drivers a kernel has at hand while only its initramfs is there. */
import { type ModuleDatabase, moduleName } from '../modules.ts';
import type { Initramfs } from './read.ts';

/** Names of the modules in it that are for this release; none without an initramfs. */
export const modulesIn = (initramfs: Initramfs | null, release: string): ReadonlySet<string> =>
  new Set(initramfs?.modules.filter(module => module.release === release).map(({ path }) => moduleName(path)));

/** What of a module's closure is neither built in nor among the loaded ones. */
export const absentFrom = (loaded: ReadonlySet<string>, module: string, target: ModuleDatabase): string[] =>
  target.builtin(module) ? [] : target.closure(module).filter(name => !target.builtin(name) && !loaded.has(name));

/** A module of that name or alias, whether file or built in. */
export const byName = (name: string, target: ModuleDatabase): string[] =>
  target.builtin(name) || target.file(name) !== null ? [moduleName(name)] : target.matching(name);
