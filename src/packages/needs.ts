/** What a package of the cache needs from the cache: managers without a network are given everything at once. Pure. */
import { compareVersions } from '../kernel/version.ts';
import type { PackageFile } from './package.ts';

export const newestNamed = (packages: readonly PackageFile[], name: string): PackageFile | undefined =>
  packages
    .filter(one => one.name === name)
    .toSorted((a, b) => compareVersions(a.version, b.version))
    .at(-1);

/**
 * The wanted files, and those that provide what they depend on, and so on; what is installed is left alone. What nobody in the cache
 * provides is taken to be installed: the manager knows, and refuses before anything is unpacked.
 */
export const withNeeds = (wanted: readonly PackageFile[], cache: readonly PackageFile[]): PackageFile[] => {
  const chosen = new Map(wanted.map(one => [one.name, one]));
  for (const { needs } of chosen.values()) {
    for (const { name } of cache.filter(({ provides }) => needs.some(need => provides.includes(need)))) {
      const newest = newestNamed(cache, name);
      // A map gives what is added while it is walked, too.
      if (newest && newest.standing !== 'installed' && !chosen.has(name)) chosen.set(name, newest);
    }
  }
  return [...chosen.values()];
};
