/**
 * /var/lib/enlighten/state.json: what must survive a reboot. It is bound to the machine (product UUID and root UUID), so that a clone
 * or a restored snapshot starts anew, and ordered by `seq` and boot ids, never by the clock.
 */

import type { Detection } from '../detect/detection.ts';
import { EnlightenError, saying } from '../errors.ts';
import type { MachineIdentity } from '../facts/machine.ts';
import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { BootEntry, Maker } from '../kernel/bootloaders/bootloader.ts';
import type { Effect, TrialState } from '../kernel/trial/table.ts';
import type { TrialWay } from '../kernel/trial/way.ts';
import type { Remembered } from '../network/counterpart.ts';
import type { Notice } from '../notices/notice.ts';
import { stateNotice } from '../notices/state.ts';
import type { Standing, Step } from '../profiles/step.ts';
import type { Told } from '../resources/resource.ts';
import { isState } from './shape.ts';

const STATE = '/var/lib/enlighten/state.json';
const SCHEMA_VERSION = 1;

export interface Trial {
  state: TrialState;
  /** Release of the kernel on trial, or confirmed. */
  kernel: string | null;
  /** Release that was running when it was armed: where a return leads. */
  previous: string | null;
  cause: string | null;
  /** How often it was armed. */
  attempts: number;
  nonce: string | null;
  /** boot_id under which it was armed, and under which it ran. */
  armedBoot: string | null;
  runningBoot: string | null;
  entry: BootEntry | null;
  maker: Maker | null;
  /** sha256 of the initramfs that was proven. */
  initramfs: string | null;
  /** Where that lies, when it is one we built; null for the vendor's. Absent in states of older agents. */
  initramfsPath?: string | null;
  /** Words its command line has besides the vendor's. Absent: none. */
  arguments?: readonly string[];
  /** What was there before: the trial must show it again. */
  baseline: Baseline | null;
  /** How it is started, and why so; absent in states of older agents, which knew one way, and where nothing was armed. */
  way?: TrialWay;
}

export interface Baseline {
  /** MAC addresses of the NICs that had a driver. */
  nics: string[];
  /** UUID of the root file system; null when unknown. */
  root: string | null;
  /** /proc/sys/kernel names and values that a trial makes stricter; absent in states of folders without them. */
  patience?: Record<string, string>;
}

/** "Not again for this release, hypervisor and machine" (the state as a whole belongs to one machine). */
export interface Verdict {
  release: string;
  hypervisor: string;
  /** Only this initramfs went back, one we built; absent: the kernel itself did. */
  initramfs?: string;
  /** Only with these arguments it did. */
  arguments?: readonly string[];
  cause: string;
  at: string;
}

export interface PlannedStep {
  step: Step;
  standing: Standing;
}

/** The last full pass: what an unchanged boot replays without planning. */
export interface RecordedPass {
  fingerprint: string;
  at: string;
  durationMs: number;
  outcome: 'applied' | 'rebooting' | 'blocked' | 'planned' | 'failed';
  detection: Detection;
  plan: { profile: string; steps: PlannedStep[] };
  /** Whether this pass was allowed to change anything. */
  enforced: boolean;
  /** Whether the document was removed at its source: one that is there again is a change. Absent in records of older agents. */
  scrubbed?: boolean;
  /** What the hypervisor told of the guest's share. Absent in records of older agents. */
  told?: Told[];
  notices: Notice[];
}

export interface State {
  schemaVersion: 1;
  seq: number;
  machine: MachineIdentity;
  trial: Trial;
  /** Effects of the last transition that are not known to be done. */
  owed: Effect[];
  verdicts: Verdict[];
  /** Reboots by the agent itself, for one set of candidates. */
  reboots: { candidates: string; count: number };
  /** Step ids a person undid: only `apply` releases them. */
  held: string[];
  pass: RecordedPass | null;
  /** Which card had which name, here or on an earlier machine. Absent in records of older agents. */
  interfaces?: Remembered[];
  /** Ids of persistent steps made for an earlier machine, to be undone before anything is applied here. */
  foreign?: string[];
}

export const noTrial: Trial = {
  state: 'none',
  kernel: null,
  previous: null,
  cause: null,
  attempts: 0,
  nonce: null,
  armedBoot: null,
  runningBoot: null,
  entry: null,
  maker: null,
  initramfs: null,
  baseline: null,
};

export const freshState = (machine: MachineIdentity): State => ({
  schemaVersion: SCHEMA_VERSION,
  seq: 0,
  machine,
  trial: noTrial,
  owed: [],
  verdicts: [],
  reboots: { candidates: '', count: 0 },
  held: [],
  pass: null,
});

/**
 * `fresh`: none was there · `broken`: it is there and says nothing we can trust, so nothing is armed until a person says so ·
 * `newer`: written by a later agent; we touch neither it nor the kernel.
 */
export type StateRead =
  | { kind: 'read' | 'fresh'; state: State; notice: null }
  | { kind: 'broken' | 'newer'; state: State; notice: Notice };

export const readState = async (guest: Guest, machine: MachineIdentity): Promise<StateRead> => {
  const fresh = freshState(machine);
  const broken = (why: string): StateRead => ({
    kind: 'broken',
    state: fresh,
    notice: stateNotice('state-broken', STATE, why),
  });
  let value: unknown;
  try {
    const bytes = await guest.read(STATE, 4 * 1024 * 1024);
    if (bytes === null) return { kind: 'fresh', state: fresh, notice: null };
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    return broken(saying(error));
  }
  const version = typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : null;
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    return { kind: 'newer', state: fresh, notice: stateNotice('state-newer', STATE, String(version)) };
  }
  return isState(value) ? { kind: 'read', state: value, notice: null } : broken('its fields are not those of a state');
};

/** Writes the state with the next sequence number and returns it. */
export const writeState = async (guest: WritableGuest, state: State): Promise<State> => {
  const next = { ...state, seq: state.seq + 1 };
  await guest.replace(STATE, `${JSON.stringify(next)}\n`, 0o600);
  return next;
};

/** The state of a machine whose state file must not be overwritten by us. */
export const refuseNewer = (read: StateRead): void => {
  if (read.kind !== 'newer') return;
  throw new EnlightenError('too-new', {
    tried: 'change',
    on: STATE,
    happened: read.notice.happened,
    remedy: read.notice.remedy,
  });
};
