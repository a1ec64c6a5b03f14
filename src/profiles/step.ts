/** Plans are data: what should be true here, line by line, each with its reason and reference. */
import type { Notice } from '../notices/notice.ts';

/** Until when a step's effect holds: `boot` = volatile, replayed at each boot; `persistent` = survives a reboot. */
export type Lasts = 'boot' | 'persistent';

interface StepBase {
  /** `sysctl:vm.dirty_bytes`, `block:vda:scheduler`, `kernel`. Unique in a plan, stable across boots. */
  id: string;
  /** The value that should hold, as text. */
  desired: string;
  reason: string;
  /** Kernel documentation, specification section or vendor article: a URL. */
  reference: string;
  lasts: Lasts;
}

/** Another kernel becomes the default, through a trial. `desired` is its release. */
export interface KernelStep extends StepBase {
  kind: 'kernel';
}

/** `name` is dotted: `vm.dirty_bytes`. */
export interface SysctlStep extends StepBase {
  kind: 'sysctl';
  name: string;
  /** True: a larger number than `desired` is fine, too, and is left alone. */
  atLeast?: true;
}

export const blockAttributes = [
  'scheduler',
  'read_ahead_kb',
  'nr_requests',
  'rq_affinity',
  'nomerges',
  'add_random',
] as const;

/** A file of /sys/block/DEVICE/queue. */
export interface BlockStep extends StepBase {
  kind: 'block';
  device: string;
  attribute: (typeof blockAttributes)[number];
}

/** A file that names devices by the kernel's names gets UUIDs, or goes when it only remembers devices. */
export interface DeviceNamesStep extends StepBase {
  kind: 'device-names';
  path: string;
}

/** A card gets the name the network is configured for. `desired` is its MAC address. */
export interface AddressesStep extends StepBase {
  kind: 'addresses';
  /** `ens192` */
  name: string;
  mac: string;
  driver: string;
}

export type Step = KernelStep | SysctlStep | BlockStep | DeviceNamesStep | AddressesStep;
export type StepKind = Step['kind'];
export const stepKinds = [
  'kernel',
  'sysctl',
  'block',
  'device-names',
  'addresses',
] as const satisfies readonly StepKind[];

export interface Plan {
  /** Name of the profile it came from. */
  profile: string;
  steps: Step[];
  notices: Notice[];
}

/** What an action's check found. */
export type Standing = {
  current: string | null;
} & ({ state: 'satisfied' | 'pending' | 'held' } | { state: 'blocked' | 'overridden'; by: Notice });
