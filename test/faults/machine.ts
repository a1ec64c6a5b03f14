/** A machine one can switch on: the appliance of the boot tests in a folder, with its loader, its tools and a power cord. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, Invocation } from '../../src/cli.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { put } from '../kernel/machine.ts';
import { appliance, SYSCTLS } from '../pass/appliance.ts';
import { contents, type Files, filesIn } from './disk.ts';
import { type Call, type Fault, interrupted } from './fault.ts';
import { grub } from './kinds/grub.ts';
import type { Booted, Kind } from './kinds/kind.ts';
import { liveGuest } from './live.ts';
import { releaseOf, whose } from './names.ts';
import { KEXEC_LOADED } from './programs.ts';

/** `rebooted`: the agent asked for it, and got it. `threw`: what it was asked for ended with an error. */
type Ending = 'done' | 'threw' | 'rebooted' | 'cut' | 'killed';

export interface Life {
  ending: Ending;
  calls: Call[];
  error: unknown;
}

export interface Machine {
  root: string;
  kind: Kind;
  /** What was there before the agent: the loader's own, and files of the vendor's. */
  vendor: { rest: string; files: string };
  /** How it came up; null before it was first switched on. */
  booted: Booted | null;
  /** A whole initramfs, as the machine's tool would make it; null where it has no such tool. */
  complete: Buffer | null;
  /** What kexec has loaded, and whether the machine goes down to jump there. */
  loaded: Booted | null;
  jumps: boolean;
  /** Reboots the agent asked for. */
  reboots: number;
  /** Kernels that came up here, each as `manufacturer product release`. */
  proven: Set<string>;
  boots: number;
}

const all = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enlighten-faults-'));
process.on('exit', () => rmSync(all, { recursive: true, force: true }));

/** What changes in the life of a machine. Everything else is read only, and big. */
const CHANGING = ['/etc', '/host', '/proc', '/run', '/sys', '/var/lib/enlighten'];
/** What a power cut leaves. */
const KEPT = ['/etc', '/host', '/var/lib/enlighten'];
const VOLATILE = ['/run/enlighten', '/run/issue.d', '/run/modprobe.d'];

export const diskOf = ({ root, kind }: Machine): Files => filesIn(root, [...KEPT, ...kind.keeps]);

/** What a step of ours may change, and undo gives back. Our own settings a sequence may write. */
const ofVendor = (files: Files): string =>
  contents(new Map([...files].filter(([path]) => !path.startsWith('/etc/enlighten/'))), ['/etc/', '/boot/initrd']);

export const leftNow = (machine: Machine): Machine['vendor'] => {
  const files = diskOf(machine);
  return { rest: machine.kind.rest(files), files: ofVendor(files) };
};

/** A copy of the appliance; only one at a time is needed, since every point starts from its {@link snapshot}. */
export const newMachine = (kind: Kind = grub): Machine => {
  const root = mkdtempSync(join(all, 'x'));
  cpSync(appliance(), root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  kind.prepare(root);
  const machine: Machine = {
    ...{ root, kind, vendor: { rest: '', files: '' }, complete: kind.complete?.() ?? null },
    ...{ booted: null, loaded: null, jumps: false, reboots: 0, proven: new Set(), boots: 0 },
  };
  machine.vendor = leftNow(machine);
  return machine;
};

export interface Snapshot {
  files: Files;
  machine: Machine;
}

export const snapshot = (machine: Machine): Snapshot => ({
  files: filesIn(machine.root, [...CHANGING, ...machine.kind.keeps]),
  machine: { ...machine, proven: new Set(machine.proven) },
});

/** The same machine as it was then; files that have not changed keep their time and inode, which the agent's fingerprint holds. */
export const restored = ({ files, machine }: Snapshot): Machine => {
  const { root, kind } = machine;
  const now = filesIn(root, [...CHANGING, ...kind.keeps]);
  for (const path of now.keys()) if (!files.has(path)) rmSync(root + path);
  for (const [path, bytes] of files) if (now.get(path)?.equals(bytes) !== true) put(root, path, bytes);
  if (machine.booted !== null) kind.udev?.(root);
  return { ...machine, proven: new Set(machine.proven) };
};

export const cameUp = ({ root, proven }: Machine, release: string): boolean => proven.has(whose(root, release));

/** Firmware, loader, kernel, or kexec's jump: memory is empty, the kernel has its own values, and the agent has not run yet. */
export const powerOn = (machine: Machine): Booted => {
  const { root, kind, loaded, jumps } = machine;
  const booted = jumps && loaded !== null ? loaded : kind.boot(root);
  Object.assign(machine, { booted, loaded: null, jumps: false });
  if (existsSync(root + KEXEC_LOADED)) put(root, KEXEC_LOADED, '0\n');
  machine.boots += 1;
  for (const folder of VOLATILE) rmSync(root + folder, { recursive: true, force: true });
  put(root, '/proc/cmdline', `${booted.args}\n`);
  put(root, '/proc/sys/kernel/random/boot_id', `boot-${machine.boots}\n`);
  put(root, '/proc/sys/kernel/osrelease', `${releaseOf(booted)}\n`);
  for (const [path, value] of Object.entries(SYSCTLS)) put(root, path, value);
  return booted;
};

/** The kernel has brought userspace up. */
export const reachUserspace = (machine: Machine): void => {
  if (machine.booted !== null) machine.proven.add(whose(machine.root, releaseOf(machine.booted)));
};

/** Runs something of the agent in the running machine, with a fault in it. */
export const run = async (
  machine: Machine,
  act: (guest: WritableGuest) => Promise<unknown>,
  fault: Fault | null = null,
): Promise<Life> => {
  const { promise: stopped, resolve } = Promise.withResolvers<Ending>();
  let ended = false;
  const stop = (ending: Ending): void => {
    ended = true;
    resolve(ending);
  };
  const live = liveGuest(machine, async by => {
    machine.reboots += 1;
    machine.jumps = by === 'kexec';
    stop('rebooted');
    return new Promise<never>(() => {});
  });
  const { guest, calls } = interrupted(live, fault, stop, () => ended);
  let error: unknown = null;
  const acted = act(guest).then(
    (): Ending => 'done',
    (thrown: unknown): Ending => {
      error = thrown;
      return 'threw';
    },
  );
  const ending = await Promise.race([acted, stopped]);
  return { ending: ended ? await stopped : ending, calls, error };
};

/** A command of the agent as `main` calls it. */
export const command =
  ({ run: act }: Command, words: string[] = [], options: Invocation['options'] = {}) =>
  (guest: WritableGuest): Promise<number> =>
    act({
      ...{ guest, words, options, json: true },
      ...{ log: () => {}, print: () => {}, input: async () => Buffer.alloc(0) },
    });
