/**
 * Modules that systemd brings at every later boot, so that a boot at which nothing changed need not run modprobe(8) for them. They hang on
 * the one module the package has systemd load everywhere: a soft dependency that finds nothing to drive is passed over in silence
 * (modprobe.d(5); libkmod, kmod_module_probe_insert_module), where a line of its own in modules-load.d would leave a failed unit behind
 * on a machine that has lost the device. All in one line: libkmod reads only the first about a module.
 */
import type { Guest, Path, WritableGuest } from '../../guest/guest.ts';

export const AT_BOOT: Path = '/etc/modprobe.d/enlighten-load.conf';
/** packaging/modules-load.conf */
const EVERYWHERE = 'cpuid';
const LINE = new RegExp(`^softdep ${EVERYWHERE} post: (.*)$`, 'm');

const listed = async (guest: Guest): Promise<string[]> => {
  const text = (await guest.text(AT_BOOT)) ?? '';
  return (LINE.exec(text)?.[1] ?? '').split(/\s+/).filter(Boolean);
};

const write = (guest: WritableGuest, modules: readonly string[]): Promise<void> =>
  modules.length === 0
    ? guest.remove(AT_BOOT)
    : guest.replace(AT_BOOT, `# By enlighten, until undone.\nsoftdep ${EVERYWHERE} post: ${modules.join(' ')}\n`);

export const loadAtBoot = async (guest: WritableGuest, module: string): Promise<void> => {
  const modules = await listed(guest);
  if (!modules.includes(module)) await write(guest, [...modules, module]);
};

export const loadNoMore = async (guest: WritableGuest, module: string): Promise<void> => {
  const modules = await listed(guest);
  if (modules.includes(module)) {
    await write(
      guest,
      modules.filter(other => other !== module),
    );
  }
};
