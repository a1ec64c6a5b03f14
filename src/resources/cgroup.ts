/**
 * Limits of the cgroup and of all above it; the tightest holds (Documentation/admin-guide/cgroup-v2.rst; of v1
 * Documentation/scheduler/sched-bwc.rst and admin-guide/cgroup-v1/memory.rst). Where systemd mounts them: /sys/fs/cgroup.
 */
import type { Guest, Path } from '../guest/guest.ts';
import type { ResourceName, Source, Told, Viewpoint } from './resource.ts';

const ROOT: Path = '/sys/fs/cgroup';
const OWN: Path = '/proc/self/cgroup';
/** Where services are unless their unit says otherwise (systemd.special(7)). */
const SERVICES = '/system.slice';
const MAX_DEPTH = 64;
/** v1 writes "no limit" as the largest number of whole pages below 2^63. */
const NO_LIMIT = 2 ** 62;

/** Of `N:controllers:/path` lines: the unified hierarchy's path, and each v1 controller's. */
export const cgroupsIn = (text: string): Map<string, string> => {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    // Outside of our own namespace the kernel writes `/..`: what holds there cannot be seen.
    if (controllers === undefined || path === undefined || path.split('/').includes('..')) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
};

/** The cgroup and its ancestors, the root last. */
const upwards = (path: string): string[] => {
  const parts = path.split('/').filter(Boolean).slice(0, MAX_DEPTH);
  return Array.from({ length: parts.length + 1 }, (_, up) => parts.slice(0, parts.length - up).join('/'));
};

/** Processors' worth of time: `50000 100000` → 0.5; null for `max`, and for what is no such line. */
export const quotaIn = (text: string): number | null => {
  const [, quota, period] = /^(\d{1,15}) (\d{1,15})$/.exec(text.trim()) ?? [];
  return quota === undefined || Number(period) === 0 || Number(quota) === 0 ? null : Number(quota) / Number(period);
};

/** Bytes; null for `max`, `-1`, v1's "no limit", and for what is no number. */
export const limitIn = (text: string): number | null => {
  const limit = /^\d{1,20}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return limit < NO_LIMIT ? limit : null;
};

interface Limit {
  name: ResourceName;
  /** `cpu`, `memory`: the controller's name in v1. */
  controller: string;
  unified: { file: string; read: (text: string) => number | null };
  /** v1 has no "slow down" of its own. */
  legacy: { files: readonly string[]; read: (texts: string) => number | null } | null;
}

const limits: readonly Limit[] = [
  {
    name: 'cpuQuota',
    controller: 'cpu',
    unified: { file: 'cpu.max', read: quotaIn },
    legacy: { files: ['cpu.cfs_quota_us', 'cpu.cfs_period_us'], read: quotaIn },
  },
  {
    name: 'cgroupMemoryMax',
    controller: 'memory',
    unified: { file: 'memory.max', read: limitIn },
    legacy: { files: ['memory.limit_in_bytes'], read: limitIn },
  },
  { name: 'cgroupMemoryHigh', controller: 'memory', unified: { file: 'memory.high', read: limitIn }, legacy: null },
];

/** The tightest of the files from `path` up. */
const tightest = async (
  guest: Guest,
  name: ResourceName,
  folders: readonly Path[],
  files: readonly string[],
  read: (text: string) => number | null,
): Promise<Told | null> => {
  let found: Told | null = null;
  for (const folder of folders) {
    const texts = await Promise.all(files.map(file => guest.text(`${folder}/${file}`)));
    const value = texts.includes(null) ? null : read(texts.join(' '));
    if (value === null || (found !== null && value >= (found.value as number))) continue;
    found = { name, value, source: `${folder}/${files[0]}` };
  }
  return found;
};

const foldersOf = (mount: Path, path: string): Path[] =>
  upwards(path).map(cgroup => (cgroup === '' ? mount : `${mount}/${cgroup}`));

/** The folder of a v1 controller: `cpu`, or `cpu,cpuacct` where it is mounted with others. */
const legacyMount = async (guest: Guest, controller: string): Promise<Path | null> => {
  const name = (await guest.list(ROOT, 256)).find(one => one.split(',').includes(controller));
  return name === undefined ? null : `${ROOT}/${name}`;
};

const pathsFor = async (guest: Guest, viewpoint: Viewpoint): Promise<(controller: string) => string | null> => {
  if (viewpoint === 'services') return () => SERVICES;
  const own = cgroupsIn((await guest.text(OWN, 64 * 1024)) ?? '');
  return controller => own.get(controller) ?? null;
};

export const cgroup: Source = async ({ guest, viewpoint }) => {
  const pathOf = await pathsFor(guest, viewpoint);
  const told: Told[] = [];
  for (const { name, controller, unified, legacy } of limits) {
    const path = pathOf('');
    const inUnified = path && (await tightest(guest, name, foldersOf(ROOT, path), [unified.file], unified.read));
    const mount = inUnified || legacy === null ? null : await legacyMount(guest, controller);
    const old = pathOf(controller);
    const inLegacy =
      mount && old && legacy && (await tightest(guest, name, foldersOf(mount, old), legacy.files, legacy.read));
    const found = inUnified || inLegacy;
    if (found) told.push(found);
  }
  return { told, notices: [] };
};
