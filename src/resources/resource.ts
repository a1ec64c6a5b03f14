/** The vocabulary: everything a hypervisor, or a kernel on its behalf, may tell a guest about its share of the machine. */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';

export type Unit = 'processors' | 'MHz' | 'ms' | 'bytes' | 'RFC 3339';

interface Row {
  /** Null for names, words and numbers that only compare. */
  unit: Unit | null;
  /** For people. */
  title: string;
}

const rows = {
  cpusOnline: { unit: 'processors', title: 'that the kernel has online' },
  cpusAllowed: { unit: 'processors', title: 'that affinity and cpuset allow' },
  cpuQuota: { unit: 'processors', title: "the cgroup's quota, as processors' worth of time" },
  cpuSpeed: { unit: 'MHz', title: 'of one virtual processor' },
  cpuReservation: { unit: 'MHz', title: 'guaranteed by the host, all processors together' },
  cpuLimit: { unit: 'MHz', title: 'at most given by the host, all processors together' },
  cpuShares: { unit: null, title: 'weight against other guests' },
  cpuStolen: { unit: 'ms', title: 'ready to run and not let, since the guest started here, all processors together' },
  memoryTotal: { unit: 'bytes', title: 'that the kernel manages' },
  memoryTarget: { unit: 'bytes', title: 'that the host wants the guest to shrink or grow to' },
  memoryMaximum: { unit: 'bytes', title: 'that the host may let the guest grow to' },
  memoryReservation: { unit: 'bytes', title: 'guaranteed by the host' },
  memoryLimit: { unit: 'bytes', title: 'at most given by the host; beyond it, it swaps the guest out' },
  memoryShares: { unit: null, title: 'weight against other guests' },
  memoryBallooned: { unit: 'bytes', title: 'that the balloon has taken' },
  memorySwapped: { unit: 'bytes', title: 'that the host has swapped out' },
  memoryDynamic: { unit: null, title: 'whether the host changes it while the guest runs' },
  cgroupMemoryMax: { unit: 'bytes', title: 'beyond it the cgroup is killed' },
  cgroupMemoryHigh: { unit: 'bytes', title: 'beyond it the cgroup is slowed down' },
  host: { unit: null, title: 'name of the host' },
  hostVersion: { unit: null, title: 'what the host runs' },
  hostTime: { unit: 'RFC 3339', title: "the host's clock" },
  session: { unit: null, title: 'another one after each migration, resume and revert' },
} as const satisfies Record<string, Row>;

export type ResourceName = keyof typeof rows;
export const resourceNames = Object.keys(rows) as ResourceName[];
const rowOf = (name: ResourceName): Row => rows[name];

type Value = number | string | boolean;

/** One value as a source told it. Plain data: the last ones are remembered across a boot. */
export interface Told {
  name: ResourceName;
  value: Value;
  /** File, or command line, that said so. */
  source: string;
}

/** `value` and `source` are null where the platform does not tell. */
export interface Resource extends Row {
  value: Value | null;
  source: string | null;
}
export type Resources = Record<ResourceName, Resource>;

export const numberOf = (resources: Resources, name: ResourceName): number | null => {
  const { value } = resources[name];
  return typeof value === 'number' ? value : null;
};

/** Whose limits are asked about: the caller's own, or those that every service of this machine has. */
export type Viewpoint = 'caller' | 'services';

export interface Ground {
  guest: Guest;
  detection: Detection;
  viewpoint: Viewpoint;
}

export interface Answer {
  told: Told[];
  notices: Notice[];
}

/** One way to learn something. Absence is silence; it never throws for what the guest or its host holds. */
export type Source = (ground: Ground) => Promise<Answer>;

/** One after the other: what they ask may be one and the same peer. */
export const askAll = async (sources: readonly Source[], ground: Ground): Promise<Answer> => {
  const answers: Answer[] = [];
  for (const source of sources) answers.push(await source(ground));
  return { told: answers.flatMap(({ told }) => told), notices: answers.flatMap(({ notices }) => notices) };
};

/** Two sources of one value: the one that is asked first is believed. */
export const resourcesOf = (told: readonly Told[]): Resources =>
  Object.fromEntries(
    resourceNames.map((name): [ResourceName, Resource] => {
      const { value = null, source = null } = told.find(one => one.name === name) ?? {};
      return [name, { ...rowOf(name), value, source }];
    }),
  ) as Resources;
