/** A guest that counts what is written and run, and fails, or stops for ever, at one of these calls. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EnlightenError } from '../../src/errors.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';

const writes = ['replace', 'append', 'set', 'overwrite', 'remove', 'create'] as const;
const commands = ['run', 'query'] as const;
type Operation = (typeof writes)[number] | (typeof commands)[number];

/** One write or one command of the agent, as it happened. */
export interface Call {
  operation: Operation;
  /** The file, or the tool. */
  on: string;
  args: readonly unknown[];
}

/**
 * `cut`: the power goes before it · `torn`: in the middle of it, see {@link tears} · `killed`: the agent is, and the machine goes on ·
 * `fails`: it does nothing and says so · `late`: it is done, and says that it failed (an fsync after the rename) ·
 * `full`, `read-only`: the disk is, from this call on · `crammed`: /run is.
 */

type Kind = 'cut' | 'torn' | 'killed' | 'fails' | 'late' | 'full' | 'read-only' | 'crammed';

export interface Fault {
  /** Which call, from 0. */
  at: number;
  kind: Kind;
  /** Which of the tears. */
  tear?: number;
}

const isCommand = ({ operation }: Call): boolean => operation === 'run' || operation === 'query';
const isVolatile = ({ on }: Call): boolean => /^\/(run|proc|sys|dev)\//.test(on);

/** What a full disk refuses: new blocks. What lies there already can be rewritten and removed. */
const needsRoom = ({ operation }: Call): boolean => ['replace', 'append', 'create'].includes(operation);

/**
 * What a power cut inside of one write may leave: each a function of the root folder. `replace` writes a file beside it, syncs, renames; a
 * line may be there in part, or its length without its bytes; of two sectors either may be the one that was written.
 */
const tears = ({ operation, on, args }: Call): ((root: string) => void)[] => {
  const content = Buffer.from((args[1] ?? '') as string | Buffer);
  const put = (root: string, path: string, bytes: Buffer): void => {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, bytes, { mode: 0o600 });
  };
  const old = (root: string): Buffer => {
    try {
      return readFileSync(root + on);
    } catch {
      return Buffer.alloc(0);
    }
  };
  const beside = (bytes: Buffer) => (root: string) => put(root, `${on}.enlighten-new`, bytes);
  const behind = (bytes: Buffer) => (root: string) => put(root, on, Buffer.concat([old(root), bytes]));
  const half = Math.floor(content.length / 2);
  const sector = (from: number) => (root: string) => {
    const bytes = old(root);
    content.copy(bytes, Number(args[2] ?? 0) + from, from, from + 512);
    put(root, on, bytes);
  };
  /** FAT has no journal: it may have taken the old name away, and not yet given the new one (fs/fat/namei_vfat.c, vfat_rename). */
  const nameless = (root: string): void => {
    beside(content)(root);
    rmSync(root + on, { force: true });
  };
  switch (operation) {
    case 'replace':
      return [
        ...[beside(Buffer.alloc(0)), beside(content.subarray(0, half)), beside(content)],
        ...(on.startsWith('/boot/efi/') ? [nameless] : []),
      ];
    case 'append':
      return [behind(Buffer.alloc(0)), behind(content.subarray(0, half)), behind(content), behind(Buffer.alloc(half))];
    case 'overwrite':
      return [sector(0), sector(512)];
    // A variable of the firmware is there as a whole or not at all (UEFI 2.10, 8.2), and its file a picture of it.
    case 'create':
      return on.startsWith('/sys/') ? [] : [root => put(root, on, Buffer.alloc(0))];
    case 'run':
      return (args[1] as string[]).flatMap((arg, at, all) => {
        const out = all[at + 1];
        return arg === '-o' && out !== undefined
          ? [(root: string) => put(root, out, Buffer.alloc(512, 'cut short'))]
          : [];
      });
    default:
      return [];
  }
};

/** Every fault that means something at this call. */
export const faultsAt = (call: Call, at: number): Fault[] => {
  const volatile = isVolatile(call);
  const onDisk = !isCommand(call) && !volatile;
  const meant: Record<Kind, boolean> = {
    ...{ cut: true, torn: true, killed: true, fails: true, late: true },
    full: onDisk && needsRoom(call),
    'read-only': onDisk,
    crammed: volatile && call.on.startsWith('/run/') && needsRoom(call),
  };
  return (Object.keys(meant) as Kind[])
    .filter(kind => meant[kind])
    .flatMap((kind): Fault[] =>
      kind === 'torn' ? tears(call).map((_, tear) => ({ at, kind, tear })) : [{ at, kind }],
    );
};

/** As src/guest/writing.ts says it. */
const refusal = ({ operation, on }: Call, happened: string): EnlightenError =>
  isCommand({ operation, on, args: [] })
    ? new EnlightenError('tool-failed', { tried: 'run', on, happened })
    : new EnlightenError('unwritable', { tried: operation, on, happened, cause: new Error(happened) });

/** Why this call fails because of a fault that began at an earlier one, or at this one; null: it does not. */
const lasting = (kind: Kind, call: Call): string | null => {
  if (isCommand(call)) return null;
  const volatile = isVolatile(call);
  if (kind === 'full' && !volatile && needsRoom(call)) return 'ENOSPC: no space left on device';
  if (kind === 'read-only' && !volatile) return 'EROFS: read-only file system';
  return kind === 'crammed' && call.on.startsWith('/run/') && needsRoom(call)
    ? 'ENOSPC: no space left on device'
    : null;
};

export interface Watched {
  guest: WritableGuest;
  calls: Call[];
}

/**
 * @param stop the machine, or the process, is no more: what is called from now on never returns
 * @param isStopped whether somebody stopped it
 */
export const interrupted = (
  guest: WritableGuest,
  fault: Fault | null,
  stop: (kind: 'cut' | 'killed') => void,
  isStopped: () => boolean,
): Watched => {
  const calls: Call[] = [];
  const never = new Promise<never>(() => {});

  const called = async (operation: Operation, args: unknown[], act: () => Promise<unknown>): Promise<unknown> => {
    const call: Call = { operation, on: String(args[0]), args };
    const at = calls.push(call) - 1;
    if (fault === null || at < fault.at) return act();
    const why = lasting(fault.kind, call);
    if (why !== null) throw refusal(call, why);
    if (at > fault.at) return act();
    switch (fault.kind) {
      case 'torn':
        tears(call)[fault.tear ?? 0]?.(guest.root);
        stop('cut');
        return never;
      case 'cut':
      case 'killed':
        stop(fault.kind);
        return never;
      case 'late':
        await act();
        throw refusal(call, 'EIO: i/o error, fsync');
      case 'fails':
        throw refusal(call, 'EIO: i/o error');
      default:
        return act();
    }
  };

  const counted = new Set<string>([...writes, ...commands]);
  const watched = new Proxy(guest, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        if (isStopped()) return never;
        const act = async () => Reflect.apply(member, target, args);
        const result = counted.has(String(name)) ? await called(name as Operation, args, act) : await act();
        return isStopped() ? never : result;
      };
    },
  });
  return { guest: watched, calls };
};
