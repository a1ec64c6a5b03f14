/** What /sys/module tells about a module (Documentation/ABI/stable/sysfs-module, testing/sysfs-module). */
import type { Guest, Path } from '../../guest/guest.ts';
import { moduleName } from '../../kernel/modules.ts';

export const folderOf = (module: string): Path => `/sys/module/${module}`;

/** Loaded from a file; what is built in has no `initstate`. */
export const isLoaded = async (guest: Guest, module: string): Promise<boolean> =>
  (await guest.text(`${folderOf(module)}/initstate`)) === 'live';

export const isBuiltIn = async (guest: Guest, module: string): Promise<boolean> => {
  const release = await guest.text('/proc/sys/kernel/osrelease');
  const list = (await guest.text(`/lib/modules/${release}/modules.builtin`, 1024 * 1024)) ?? '';
  return list.split('\n').some(line => moduleName(line) === module);
};

/** Who keeps it from being unloaded: modules by name, or how many other users; null when nobody does. */
export const usersOf = async (guest: Guest, module: string): Promise<string | null> => {
  const holders = await guest.list(`${folderOf(module)}/holders`);
  if (holders.length > 0) return `by ${holders.join(', ')}`;
  const count = (await guest.text(`${folderOf(module)}/refcnt`)) ?? '0';
  return count === '0' ? null : `${count} users`;
};
