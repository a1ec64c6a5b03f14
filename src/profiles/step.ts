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

export type Step = KernelStep | SysctlStep | BlockStep;
export type StepKind = Step['kind'];
export const stepKinds = ['kernel', 'sysctl', 'block'] as const satisfies readonly StepKind[];

export interface Plan {
  /** Name of the profile it came from. */
  profile: string;
  steps: Step[];
  notices: Notice[];
}

/** What an action's check found. */
export type Standing = {
  current: string | null;
  /** A kernel that is to be tried: by which way, and why by that one. */
  how?: string;
} & ({ state: 'satisfied' | 'pending' | 'held' } | { state: 'blocked' | 'overridden'; by: Notice });
