/** What the running kernel has: modules loaded, built in or lying ready, and the options it was built with. */
import { gunzipSync } from 'node:zlib';
import type { Guest } from '../../guest/guest.ts';
import type { Missing } from './offer.ts';

/** The module that drives something, and the option it is built by. */
export interface Driver {
  module: string;
  config: string;
}

export interface RunningKernel {
  /** `ready`: a file that can be loaded; null where nothing tells. */
  module(name: string): 'loaded' | 'built-in' | 'ready' | 'absent' | null;
  /** Null where the configuration is not to be had. */
  config(name: string): 'y' | 'm' | 'n' | null;
  /** Words of the kernel's command line. */
  commandLine: readonly string[];
}

const MAX_TABLE = 8 * 1024 * 1024;
const MAX_CONFIG = 2 * 1024 * 1024;

/** `virtio_rng` for `kernel/drivers/char/hw_random/virtio-rng.ko.xz`: in names `-` and `_` are the same (modprobe(8)). */
const nameOf = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');

const linesOf = (text: string | null): string[] => (text ?? '').split('\n').filter(line => line !== '');

/** /proc/config.gz of CONFIG_IKCONFIG_PROC; a bomb ends at the limit. */
const packedConfig = async (guest: Guest): Promise<string | null> => {
  try {
    const packed = await guest.read('/proc/config.gz', MAX_CONFIG);
    return packed === null ? null : gunzipSync(packed, { maxOutputLength: MAX_CONFIG }).toString('latin1');
  } catch {
    return null;
  }
};

/** Options that are not mentioned are not set: Kconfig writes `# CONFIG_X is not set` or nothing. */
const optionsOf = (text: string): Map<string, 'y' | 'm'> =>
  new Map([...text.matchAll(/^(CONFIG_\w+)=([ym])$/gm)].map(([, name = '', value]) => [name, value as 'y' | 'm']));

const configOf = async (guest: Guest, release: string): Promise<Map<string, 'y' | 'm'> | null> => {
  const text = (await guest.text(`/boot/config-${release}`, MAX_CONFIG)) ?? (await packedConfig(guest));
  const options = optionsOf(text ?? '');
  return options.size === 0 ? null : options;
};

export const runningKernel = async (guest: Guest): Promise<RunningKernel> => {
  const release = (await guest.text('/proc/sys/kernel/osrelease')) ?? '';
  // A release is one word; anything else would lead out of the folders below.
  const known = /^[\w.+~-]+$/.test(release) && !release.startsWith('.');
  const table = (name: string) => (known ? guest.text(`/lib/modules/${release}/${name}`, MAX_TABLE) : null);
  const dep = await table('modules.dep');
  const ready = new Set(linesOf(dep).map(line => nameOf(line.slice(0, line.indexOf(':')))));
  const builtin = new Set(linesOf(await table('modules.builtin')).map(nameOf));
  const loaded = new Set(linesOf(await guest.text('/proc/modules', MAX_CONFIG)).map(line => line.split(' ')[0] ?? ''));
  const options = known ? await configOf(guest, release) : null;
  return {
    module(name) {
      if (loaded.has(name)) return 'loaded';
      if (builtin.has(name)) return 'built-in';
      if (dep === null) return null;
      return ready.has(name) ? 'ready' : 'absent';
    },
    config: name => (options === null ? null : (options.get(name) ?? 'n')),
    commandLine: ((await guest.text('/proc/cmdline', 16 * 1024)) ?? '').split(/\s+/),
  };
};

/** Whether the code is in the kernel now; null where nothing tells. */
export const isRunning = (kernel: RunningKernel, { module, config }: Driver): boolean | null => {
  const state = kernel.module(module);
  if (state === 'loaded' || state === 'built-in') return true;
  if (kernel.config(config) === 'y') return true;
  return state === null && kernel.config(config) !== 'n' ? null : false;
};

/** What a driver that is not at work needs; null when its code is there already. */
export const neededFor = (kernel: RunningKernel, { module, config }: Driver): Missing | null => {
  const state = kernel.module(module);
  if (state === 'loaded' || state === 'built-in' || kernel.config(config) === 'y') return null;
  if (state === 'absent' || (state === null && kernel.config(config) === 'n')) return { kind: 'kernel', name: config };
  return { kind: 'module', name: module };
};
