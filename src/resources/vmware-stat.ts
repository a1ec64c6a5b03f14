/**
 * What `vmware-toolbox-cmd stat` prints (open-vm-tools, toolbox/toolboxcmd-stat.c), and the metrics of `stat raw json` (vSphere Guest
 * SDK, "Tools for Extended Guest Statistics"): those describe themselves, and VMware promises nothing of their names.
 */
import type { Told } from './resource.ts';

const MIB = 1024 * 1024;
/** guestlib's numbers have 32 bits, and "unlimited" is -1 in them. */
const UNLIMITED = 0xffffffff;

const measure = (text: string, unit: string): number | null => {
  const number = new RegExp(`^(\\d{1,10}) ${unit}$`).exec(text)?.[1];
  return number === undefined || Number(number) >= UNLIMITED ? null : Number(number);
};

const megahertz = (text: string): number | null => measure(text, 'MHz');
/** Until 10.2 the tool wrote `MHz` behind the balloon's size, too (toolboxcmd-stat.c, Stat_GetMemoryBallooned). */
const mebibytes = (text: string): number | null => {
  const number = measure(text, '(?:MB|MHz)');
  return number === null ? null : number * MIB;
};
const session = (text: string): string | null => (/^0x[0-9a-f]{1,16}$/.test(text) ? text : null);

/** `22 Nov 2026 13:00:05`, in the guest's own time zone: strftime's `%d %b %Y %H:%M:%S`, in the C locale. */
const hostTime = (text: string): string | null => {
  const time = /^\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d$/.test(text) ? new Date(text) : null;
  return time === null || Number.isNaN(time.getTime()) ? null : time.toISOString();
};

interface Stat {
  name: Told['name'];
  /** The word behind `stat`. */
  word: string;
  read: (line: string) => Told['value'] | null;
}

/** Each asks the host anew; those that ESX alone answers come after the two that every VMware does. */
export const stats: readonly Stat[] = [
  { name: 'cpuSpeed', word: 'speed', read: megahertz },
  { name: 'hostTime', word: 'hosttime', read: hostTime },
  { name: 'session', word: 'sessionid', read: session },
  { name: 'cpuReservation', word: 'cpures', read: megahertz },
  { name: 'cpuLimit', word: 'cpulimit', read: megahertz },
  { name: 'memoryReservation', word: 'memres', read: mebibytes },
  { name: 'memoryLimit', word: 'memlimit', read: mebibytes },
  { name: 'memoryBallooned', word: 'balloon', read: mebibytes },
  { name: 'memorySwapped', word: 'swap', read: mebibytes },
];

/** How much of our unit one of theirs is. */
const scales: Record<string, number> = { us: 0.001, ms: 1, s: 1000, bytes: 1, KB: 1024, MB: MIB, MHz: 1, shares: 1 };

interface Metric {
  name: Told['name'];
  /** As VMware calls it. */
  metric: string;
  units: readonly string[];
}

/** What only the raw statistics have. `vm.cpu.contention.cpu`: ready to run and not let, as stolen time is. */
const metrics: readonly Metric[] = [
  { name: 'cpuStolen', metric: 'vm.cpu.contention.cpu', units: ['us', 'ms', 's'] },
  { name: 'cpuShares', metric: 'vm.cpu.shares', units: ['shares', ''] },
  { name: 'memoryShares', metric: 'guest.mem.shares', units: ['shares', ''] },
];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A metric wherever it stands: by its name as a key, or in a list of objects that say their names. At most three levels deep. */
const metricNamed = (value: unknown, name: string, depth = 3): Record<string, unknown> | null => {
  if (!isRecord(value) || depth === 0) return null;
  if (value['name'] === name) return value;
  const own = Object.hasOwn(value, name) ? value[name] : null;
  if (isRecord(own)) return own;
  for (const inner of Object.values(value)) {
    const found = metricNamed(inner, name, depth - 1);
    if (found !== null) return found;
  }
  return null;
};

/** What the document of `stat raw json resources` tells; nothing for what is no such document. */
export const metricsIn = (text: string, source: string): Told[] => {
  const document = parsed(text);
  return metrics.flatMap(({ name, metric, units }) => {
    const found = metricNamed(document, metric);
    const unit = String(found?.['units'] ?? '');
    const value = Number(found?.['value'] ?? Number.NaN);
    if (!units.includes(unit) || !Number.isFinite(value) || value < 0) return [];
    return [{ name, value: Math.round(value * (scales[unit] ?? 1)), source: `${source}: ${metric}` }];
  });
};

/** `VMware ESXi 8.0.2 build-22380479` of the document of `stat raw json session`. */
export const versionIn = (text: string, source: string): Told[] => {
  const document = parsed(text);
  const version = isRecord(document) ? document['version'] : null;
  const told = isRecord(version) ? version['value'] : version;
  return typeof told === 'string' && told.trim() !== ''
    ? [{ name: 'hostVersion', value: told.trim().slice(0, 256), source: `${source}: version` }]
    : [];
};
