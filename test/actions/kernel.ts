/**
 * A guest on a temporary folder whose /proc/sys and /sys answer writes as the kernel does: a write replaces the value, the kernel
 * adds a newline, a limit's other sysctl drops to 0 (mm/page-writeback.c), a scheduler is put into brackets, and what is out of
 * range is EINVAL. Reads, and writes everywhere else, are the real ones.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { EnlightenError } from '../../src/errors.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';

const LIMITS = [
  { bytes: '/proc/sys/vm/dirty_bytes', ratio: '/proc/sys/vm/dirty_ratio', smallest: 8192 },
  { bytes: '/proc/sys/vm/dirty_background_bytes', ratio: '/proc/sys/vm/dirty_background_ratio', smallest: 1 },
];

export interface Fixture {
  guest: WritableGuest;
  /** A file as it is now. */
  file(path: string): string;
  put(path: string, content: string): void;
  drop(path: string): void;
}

/** @param files path in the guest → content */
export const fixture = (t: TestContext, files: Record<string, string>): Fixture => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const file = (path: string) => readFileSync(join(root, path), 'utf8');
  for (const [path, content] of Object.entries(files)) put(path, content);

  const refuse = (path: string): never => {
    throw new EnlightenError('unwritable', { tried: 'set', on: path, happened: 'EINVAL: invalid argument, write' });
  };

  const answer = (path: string, value: string): void => {
    const limit = LIMITS.find(({ bytes, ratio }) => path === bytes || path === ratio);
    if (path.endsWith('/scheduler') || /\[\w+\]/.test(file(path))) {
      const words = file(path).trim().replace(/[[\]]/g, '').split(' ');
      if (!words.includes(value)) refuse(path);
      put(path, `${words.map(word => (word === value ? `[${word}]` : word)).join(' ')}\n`);
    } else if (limit?.bytes === path) {
      if (Number(value) < limit.smallest) refuse(path);
      put(path, `${value}\n`);
      put(limit.ratio, '0\n');
    } else if (limit?.ratio === path) {
      if (Number(value) > 100) refuse(path);
      if (file(path) === `${value}\n`) return;
      put(path, `${value}\n`);
      put(limit.bytes, '0\n');
    } else if (path.endsWith('/swappiness')) {
      if (Number(value) > 200) refuse(path);
      put(path, `${value}\n`);
    } else if (path.endsWith('/tcp_rmem')) put(path, `${value.split(/\s+/).join('\t')}\n`);
    else put(path, `${value}\n`);
  };

  const plain = openGuest(root);
  const guest: WritableGuest = {
    ...plain,
    async set(path, value) {
      file(path);
      answer(path, value);
    },
  };
  return { guest, file, put, drop: path => rmSync(join(root, path), { recursive: true }) };
};
