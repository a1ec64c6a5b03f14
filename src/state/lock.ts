/**
 * One writer at a time. Node has no flock(2), so the lock is a file that names its holder; a holder that is gone (its process id
 * is free, or belongs to a process started later) has lost it. On /run it never survives a boot.
 */
import { readFileSync } from 'node:fs';
import { EnlightenError } from '../errors.ts';
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';

const LOCK = '/run/enlighten/lock';

interface Holder {
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks after boot. With the pid it names a process for good. */
  started: string;
  command: string;
}

/** Of the process table we run in, which under `--root` is not the guest's; hence not through the guest. */
const startOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
};

const holderOf = (content: string | null): Holder | null => {
  const [pid = '', started = '', ...command] = (content ?? '').split(' ');
  return /^\d+$/.test(pid) ? { pid: Number(pid), started, command: command.join(' ') } : null;
};

const isAlive = ({ pid, started }: Holder): boolean => startOf(pid) === started;

/** Whether somebody is at work as the only writer. */
export const isLocked = async (guest: Guest): Promise<boolean> => {
  const holder = holderOf(await guest.text(LOCK));
  return holder !== null && isAlive(holder);
};

/**
 * Runs `work` as the only writer of this guest.
 * @param path of another lock: work that takes minutes must not keep a trial from being confirmed.
 * @throws EnlightenError `locked`, naming the holder.
 */
export const withLock = async <T>(
  guest: WritableGuest,
  command: string,
  work: () => Promise<T>,
  path: Path = LOCK,
): Promise<T> => {
  const mine = `${process.pid} ${startOf(process.pid) ?? ''} ${command}`;
  if (!(await guest.create(path, mine))) {
    const holder = holderOf(await guest.text(path));
    if (holder !== null && isAlive(holder)) {
      throw new EnlightenError('locked', {
        tried: 'write as the only one with',
        on: path,
        happened: `\`enlighten ${holder.command}\` (process ${holder.pid}) is at work`,
        remedy: 'Wait until it has finished.',
      });
    }
    await guest.replace(path, mine, 0o600);
  }
  try {
    return await work();
  } finally {
    await guest.remove(path);
  }
};
