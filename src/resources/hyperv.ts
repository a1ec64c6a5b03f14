/**
 * Hyper-V and Azure: what the host says of itself in pool 3 (Microsoft, "Data Exchange: Using key-value pairs to share information between
 * the host and guest on Hyper-V"), and what its balloon driver shows since Linux 6.2 where debugfs is mounted (drivers/hv/hv_balloon.c).
 */
import { EnlightenError } from '../errors.ts';
import type { Guest } from '../guest/guest.ts';
import { resourceNotice } from '../notices/resources.ts';
import { recordsIn } from '../ovfenv/transports/kvp-pool.ts';
import type { Answer, Source, Told } from './resource.ts';

const POOL = '/var/lib/hyperv/.kvp_pool_3';
/** A hundred records; the host writes some twenty. */
const MAX_POOL = 256 * 1024;
const BALLOON = '/sys/kernel/debug/hv-balloon';

type Pairs = ReadonlyMap<string, string>;

const versionOf = (pairs: Pairs): string | null => {
  const [major, minor] = ['HostingSystemOsMajor', 'HostingSystemOsMinor'].map(key => pairs.get(key));
  return major && minor ? `Windows ${major}.${minor}` : null;
};

const rows: readonly [name: Told['name'], key: string, value: (pairs: Pairs) => Told['value'] | null][] = [
  ['host', 'PhysicalHostNameFullyQualified', pairs => pairs.get('PhysicalHostNameFullyQualified') || null],
  ['host', 'HostName', pairs => pairs.get('HostName') || null],
  ['hostVersion', 'HostingSystemOsMajor', versionOf],
  [
    'memoryDynamic',
    'VirtualMachineDynamicMemoryBalancingEnabled',
    pairs => {
      const enabled = pairs.get('VirtualMachineDynamicMemoryBalancingEnabled');
      return enabled === undefined || enabled === '' ? null : enabled !== '0';
    },
  ],
];

/** What the records of the pool tell, in the order in which it is believed. */
export const hostIn = (pool: Buffer): Told[] => {
  const pairs = new Map(recordsIn(pool).map(({ key, value }) => [key, value.toString('utf8').slice(0, 256)]));
  return rows.flatMap(([name, key, read]) => {
    const value = read(pairs);
    return value === null ? [] : [{ name, value, source: `${POOL}:${key}` }];
  });
};

/** Lines of `name : number`, padded with blanks. */
export const balloonIn = (text: string): Told[] => {
  const number = (name: string): number | null => {
    const digits = new RegExp(`^${name} *: (\\d{1,15})$`, 'm').exec(text)?.[1];
    return digits === undefined ? null : Number(digits);
  };
  const size = number('page_size') ?? 4096;
  const lines = [
    ['memoryBallooned', 'pages_ballooned'],
    ['memoryMaximum', 'max_dynamic_page_count'],
  ] as const;
  return lines.flatMap(([name, line]) => {
    const pages = number(line);
    // Without dynamic memory the most there can be is told as none.
    const known = pages !== null && (pages > 0 || name === 'memoryBallooned');
    return known ? [{ name, value: pages * size, source: `${BALLOON}:${line}` }] : [];
  });
};

const host = async (guest: Guest): Promise<Answer> => {
  try {
    const pool = await guest.read(POOL, MAX_POOL);
    return { told: pool === null ? [] : hostIn(pool), notices: [] };
  } catch (error) {
    if (!(error instanceof EnlightenError)) throw error;
    return { told: [], notices: [resourceNotice('resources-unreadable', POOL, error.message)] };
  }
};

export const hyperv: Source = async ({ guest, detection }) => {
  if (detection.hypervisor !== 'hyperv') return { told: [], notices: [] };
  const { told: ofHost, notices } = await host(guest);
  return { told: [...ofHost, ...balloonIn((await guest.text(BALLOON)) ?? '')], notices };
};
