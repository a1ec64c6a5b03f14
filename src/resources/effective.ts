/**
 * How much to build on. Each bound is somebody's word about this guest, and the tightest holds:
 *
 *     cpus    = min(online, allowed, cgroup quota, host's limit in MHz / MHz of one processor)
 *     threads = cpus rounded up, at least 1
 *     memory  = min(what the kernel manages, balloon's target, cgroup's max and high, host's limit), whole 16 MiB
 *     guaranteed memory = min(memory, host's reservation); null where the host reserves nothing or does not say
 *
 * Shares, stolen time and swapped memory bound nothing: they say how it went, or who wins when it gets tight.
 */
import type { Hypervisor } from '../detect/detection.ts';
import { numberOf, type ResourceName, type Resources } from './resource.ts';

/** One row of the argument. */
export interface Bound {
  /** The resource it is taken from. */
  by: ResourceName;
  value: number;
  reason: string;
}

export interface Effective {
  /** Processors' worth of time, to the hundredth, rounded down; null where nothing tells. For quotas and weights. */
  cpus: number | null;
  /** Threads that can run at one time: for pools. */
  threads: number | null;
  /** Bytes: for heaps and caches together. */
  memory: number | null;
  /** Bytes the host never takes back: for what must not be swapped out. */
  guaranteedMemory: number | null;
  /** Every bound there is, the tightest first. */
  bounds: { cpus: Bound[]; memory: Bound[] };
}

interface Row {
  by: ResourceName;
  reason: string;
  value: (resources: Resources, hypervisor: Hypervisor) => number | null;
}

const plain =
  (name: ResourceName): Row['value'] =>
  resources =>
    numberOf(resources, name);

const cpuRows: readonly Row[] = [
  { by: 'cpusOnline', reason: 'No more processors run.', value: plain('cpusOnline') },
  { by: 'cpusAllowed', reason: 'The scheduler uses no others for this process.', value: plain('cpusAllowed') },
  {
    by: 'cpuQuota',
    reason: 'Past its quota the cgroup waits for the next period, with all its threads.',
    value: plain('cpuQuota'),
  },
  {
    by: 'cpuLimit',
    reason: 'The host gives all processors together no more cycles than that many of them have.',
    value: resources => {
      const [limit, speed] = [numberOf(resources, 'cpuLimit'), numberOf(resources, 'cpuSpeed')];
      return limit === null || limit === 0 || speed === null || speed === 0 ? null : limit / speed;
    },
  },
];

/**
 * The balloons of virtio, Xen and Hyper-V take their pages off what the kernel manages (adjust_managed_page_count in their drivers);
 * VMware's leaves them in (drivers/misc/vmw_balloon.c), so that what it holds has to be taken off here.
 */
const managed: Row['value'] = (resources, hypervisor) => {
  const total = numberOf(resources, 'memoryTotal');
  const ballooned = hypervisor === 'vmware' ? (numberOf(resources, 'memoryBallooned') ?? 0) : 0;
  return total === null ? null : Math.max(0, total - ballooned);
};

const memoryRows: readonly Row[] = [
  { by: 'memoryTotal', reason: 'The kernel has no more to give, less what a balloon holds.', value: managed },
  { by: 'memoryTarget', reason: 'The balloon is under way to it.', value: plain('memoryTarget') },
  { by: 'cgroupMemoryMax', reason: 'Beyond it the kernel kills.', value: plain('cgroupMemoryMax') },
  {
    by: 'cgroupMemoryHigh',
    reason: 'Beyond it the kernel slows the cgroup down to take memory back.',
    value: plain('cgroupMemoryHigh'),
  },
  { by: 'memoryLimit', reason: 'Beyond it the host swaps the guest out.', value: plain('memoryLimit') },
];

const boundsOf = (rows: readonly Row[], resources: Resources, hypervisor: Hypervisor): Bound[] =>
  rows
    .flatMap(({ by, reason, value }) => {
      const bound = value(resources, hypervisor);
      return bound === null ? [] : [{ by, value: bound, reason }];
    })
    .sort((one, other) => one.value - other.value);

/** What the kernel keeps for itself differs by kilobytes from boot to boot; what is derived from this stays the same. */
const STEP = 16 * 1024 * 1024;
const steady = (bytes: number): number => (bytes < STEP ? bytes : bytes - (bytes % STEP));

/** Pure; see the top of this file. */
export const effective = (resources: Resources, hypervisor: Hypervisor): Effective => {
  const bounds = {
    cpus: boundsOf(cpuRows, resources, hypervisor),
    memory: boundsOf(memoryRows, resources, hypervisor),
  };
  const cpus = bounds.cpus[0]?.value ?? null;
  const memory = bounds.memory[0] === undefined ? null : steady(bounds.memory[0].value);
  const reserved = numberOf(resources, 'memoryReservation') || null;
  return {
    cpus: cpus === null ? null : Math.floor(cpus * 100) / 100,
    // As OpenJDK (CgroupSubsystem::active_processor_count) and Go since 1.25 do: one and a half can keep two threads busy.
    threads: cpus === null ? null : Math.max(1, Math.ceil(cpus)),
    memory,
    guaranteedMemory: memory === null || reserved === null ? null : Math.min(memory, reserved),
    bounds,
  };
};
