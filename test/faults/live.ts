/** The guest of a running machine: a folder that believes to be `/`. */
import type { BlockReader, WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import type { Machine } from './machine.ts';
import { text } from './names.ts';
import { ran } from './programs.ts';
import { clock } from './time.ts';

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

/** Answers about what never changes here, and digests of it: asked once for all points. */
const known = new Map<string, Promise<unknown>>();
const STILL =
  /^\/(boot\/(vmlinuz|initrd)(?!.*enlighten)|boot\/efi\/[0-9a-f]{32}\/|lib\/modules\/|usr\/|var\/lib\/dpkg\/|sys\/(bus|dev|devices)\/(?!.*\/queue\/))/;

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

/** Programs that end the machine's life, if they are there. */
const GOING_DOWN = ['reboot', 'kexec'];

/** @param goDown it reboots, or jumps; never comes back */
export const liveGuest = (machine: Machine, goDown: (by: string) => Promise<never>): WritableGuest => {
  const { root } = machine;
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
      return ran(machine, name, args);
    },
    async run(name, args) {
      if (GOING_DOWN.includes(name)) return goDown(name);
      return ran(machine, name, args) ?? { exitCode: 127, stdout: '', stderr: '' };
    },
    async recall<T>(what: string, path: string, compute: () => Promise<T>): Promise<T> {
      if (!['md5', 'sha256', 'initramfs'].includes(what) || !STILL.test(path)) return compute();
      return once(`${what} ${root} ${path}`, compute);
    },
  };
};
