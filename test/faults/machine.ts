/** A machine one can switch on: the appliance of the boot tests in a folder, with its GRUB, its tools and a power cord. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Command, Invocation } from '../../src/cli.ts';
import type { BlockReader, Ran, WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import { put } from '../kernel/machine.ts';
import { appliance, SYSCTLS } from '../pass/appliance.ts';
import { type Call, type Fault, interrupted } from './fault.ts';
import { bootByGrub, type GrubBoot } from './grub.ts';
import { clock } from './time.ts';

/** `rebooted`: the agent asked for it, and got it. `threw`: what it was asked for ended with an error. */
type Ending = 'done' | 'threw' | 'rebooted' | 'cut' | 'killed';

export interface Life {
  ending: Ending;
  calls: Call[];
  error: unknown;
}

export interface Machine {
  root: string;
  /** How it came up; null before it was first switched on. */
  booted: GrubBoot | null;
  /** Reboots the agent asked for. */
  reboots: number;
  /** Kernels that came up here, each as `manufacturer product release`. */
  proven: Set<string>;
  boots: number;
}

const all = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'enlighten-faults-'));
process.on('exit', () => rmSync(all, { recursive: true, force: true }));

export const GUESTINFO = '/host/guestinfo.ovfEnv';

/** A copy of the appliance; only one at a time is needed, since every point starts from its {@link snapshot}. */
export const newMachine = (): Machine => {
  const root = mkdtempSync(join(all, 'x'));
  cpSync(appliance(), root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  return { root, booted: null, reboots: 0, proven: new Set(), boots: 0 };
};

/** What changes in the life of a machine. Everything else is read only, and big. */
const CHANGING = ['/boot/grub', '/etc', '/host', '/proc', '/run', '/sys', '/var/lib/enlighten'];
/** What a power cut leaves. */
const KEPT = ['/boot/grub', '/etc', '/host', '/var/lib/enlighten'];

export type Files = Map<string, Buffer>;

const filesBelow = (root: string, folder: string, found: Files): void => {
  for (const entry of readdirSync(root + folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) filesBelow(root, path, found);
    else if (entry.isFile()) found.set(path, readFileSync(root + path));
  }
};

const filesIn = (root: string, folders: readonly string[]): Files => {
  const found: Files = new Map();
  for (const folder of folders) if (existsSync(root + folder)) filesBelow(root, folder, found);
  return found;
};

export const diskOf = ({ root }: Machine): Files => filesIn(root, KEPT);

export interface Snapshot {
  files: Files;
  machine: Machine;
}

export const snapshot = (machine: Machine): Snapshot => ({
  files: filesIn(machine.root, CHANGING),
  machine: { ...machine, proven: new Set(machine.proven) },
});

/** The same machine as it was then; files that have not changed keep their time and inode, which the agent's fingerprint holds. */
export const restored = ({ files, machine }: Snapshot): Machine => {
  const { root } = machine;
  const now = filesIn(root, CHANGING);
  for (const path of now.keys()) if (!files.has(path)) rmSync(root + path);
  for (const [path, bytes] of files) if (now.get(path)?.equals(bytes) !== true) put(root, path, bytes);
  return { ...machine, proven: new Set(machine.proven) };
};

const text = (root: string, path: string): string => readFileSync(root + path, 'utf8').trim();
const makerOf = (root: string) => ({
  manufacturer: text(root, '/sys/class/dmi/id/sys_vendor'),
  product: text(root, '/sys/class/dmi/id/product_name'),
});

export const releaseOf = ({ kernel }: GrubBoot): string => basename(kernel).replace(/^vmlinuz-/, '');
const whose = (root: string, release: string): string => Object.values({ ...makerOf(root), release }).join(' ');
export const cameUp = ({ root, proven }: Machine, release: string): boolean => proven.has(whose(root, release));

/** Firmware, GRUB, kernel: memory is empty, the kernel has its own values, and the agent has not run yet. */
export const powerOn = (machine: Machine): GrubBoot => {
  const { root } = machine;
  const booted = bootByGrub(root, makerOf(root));
  machine.booted = booted;
  machine.boots += 1;
  for (const folder of ['/run/enlighten', '/run/issue.d']) rmSync(root + folder, { recursive: true, force: true });
  put(root, '/proc/cmdline', `BOOT_IMAGE=${booted.kernel} ${booted.args}\n`);
  put(root, '/proc/sys/kernel/random/boot_id', `boot-${machine.boots}\n`);
  put(root, '/proc/sys/kernel/osrelease', `${releaseOf(booted)}\n`);
  for (const [path, value] of Object.entries(SYSCTLS)) put(root, path, value);
  return booted;
};

/** The kernel has brought userspace up. */
export const reachUserspace = (machine: Machine): void => {
  if (machine.booted !== null) machine.proven.add(whose(machine.root, releaseOf(machine.booted)));
};

const ok: Ran = { exitCode: 0, stdout: '', stderr: '' };

/** CPUID as its device gives it, from the file that stands in for it under `--root`. */
const cpuid = (root: string): BlockReader => {
  const leaves = JSON.parse(text(root, '/cpuid.json')) as Record<string, Record<string, string>>;
  return {
    async read(leaf) {
      const registers = leaves[`0x${leaf.toString(16)}`];
      const bytes = Buffer.alloc(registers === undefined ? 0 : 16);
      for (const [index, name] of ['eax', 'ebx', 'ecx', 'edx'].entries())
        if (registers !== undefined) bytes.writeUInt32LE(Number(registers[name]), index * 4);
      return bytes;
    },
    close: async () => undefined,
  };
};

/** What the programs of the machine do. */
const tool = (root: string, name: string, args: readonly string[]): Ran | null => {
  switch (name) {
    case 'vmware-rpctool':
      return existsSync(root + GUESTINFO) ? { ...ok, stdout: readFileSync(root + GUESTINFO, 'latin1') } : null;
    case 'vmware-rpctool-set':
      put(root, GUESTINFO, (args[0] ?? '').replace(/^info-set \S+ /, ''));
      return ok;
    case 'health-check':
      return { ...ok, exitCode: text(root, args[0] ?? '').endsWith('exit 1') ? 1 : 0 };
    case 'vmtoolsd':
    case 'vbox-property':
      return null;
    default:
      return ok;
  }
};

/** Answers about what never changes here, and digests of it: asked once for all points. */
const known = new Map<string, Promise<unknown>>();
const STILL =
  /^\/(boot\/(vmlinuz|initrd)|lib\/modules\/|usr\/|var\/lib\/dpkg\/|sys\/(bus|dev|devices)\/(?!.*\/queue\/))/;

const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer as Promise<T>;
};

type Reading = Pick<WritableGuest, 'read' | 'text' | 'list' | 'stat' | 'link' | 'resolve'>;

const remembering = (guest: WritableGuest): Reading => {
  const asked =
    <A extends unknown[], R>(name: string, ask: (path: string, ...rest: A) => Promise<R>) =>
    (path: string, ...rest: A): Promise<R> =>
      STILL.test(path)
        ? once([guest.root, name, path, ...rest].join(' '), () => ask(path, ...rest))
        : ask(path, ...rest);
  return {
    read: asked('read', guest.read.bind(guest)),
    text: asked('text', guest.text.bind(guest)),
    list: asked('list', guest.list.bind(guest)),
    stat: asked('stat', guest.stat.bind(guest)),
    link: asked('link', guest.link.bind(guest)),
    resolve: asked('resolve', guest.resolve.bind(guest)),
  };
};

/** The guest of a running machine: a folder that believes to be `/`. */
const liveGuest = ({ root }: Machine, reboot: () => Promise<never>): WritableGuest => {
  const folder = openGuest(root);
  return {
    ...folder,
    ...remembering(folder),
    ...{ live: true, clock },
    async block(path) {
      return path === '/dev/cpu/0/cpuid' ? cpuid(root) : folder.block(path);
    },
    async free() {
      return 2 ** 30;
    },
    async query(name, args) {
      return tool(root, name, args);
    },
    async run(name, args) {
      return name === 'reboot' ? reboot() : (tool(root, name, args) ?? { ...ok, exitCode: 127 });
    },
    async recall<T>(what: string, path: string, compute: () => Promise<T>): Promise<T> {
      if (!['md5', 'sha256', 'initramfs'].includes(what)) return compute();
      return once(`${what} ${root} ${path}`, compute);
    },
  };
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
  const live = liveGuest(machine, async () => {
    machine.reboots += 1;
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
