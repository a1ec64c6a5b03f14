/**
 * Where a guest's path lies on this machine. Under `--root DIR` absolute links point inside DIR, as they do for the guest
 * itself (chroot(2)), and `..` never climbs out of it.
 */
import { lstatSync, readlinkSync } from 'node:fs';
import { errno } from '../errors.ts';
import type { Path } from './guest.ts';

/** Linux gives up after as many links (path_resolution(7)). */
const MAX_LINKS = 40;

const parts = (path: Path): string[] => path.split('/').filter(part => part !== '' && part !== '.');

const targetOf = (host: string): string | null => {
  try {
    return lstatSync(host).isSymbolicLink() ? readlinkSync(host) : null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EINVAL'].includes(errno(error))) return null;
    throw error;
  }
};

/**
 * The guest's path with its links followed, as the guest sees it; null on a loop.
 * @param last false leaves a link in the last component alone.
 * @param passing is told each link on the way and where it points, as written.
 */
export const followed = (
  root: string,
  path: Path,
  last = true,
  passing: (link: Path, target: string) => void = () => undefined,
): Path | null => {
  const todo = parts(path);
  const done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const part = todo.shift() as string;
    if (part === '..') {
      done.pop();
      continue;
    }
    const target = todo.length > 0 || last ? targetOf([root, ...done, part].join('/')) : null;
    if (target === null) {
      done.push(part);
      continue;
    }
    passing(`/${[...done, part].join('/')}`, target);
    links += 1;
    if (links > MAX_LINKS) return null;
    if (target.startsWith('/')) done.length = 0;
    todo.unshift(...parts(target));
  }
  return `/${done.join('/')}`;
};

/** The path on this machine, for a system call; null on a loop of links. */
export const inside = (root: string, path: Path, last = true): string | null => {
  if (root === '/') return path;
  const real = followed(root, path, last);
  return real === null ? null : root + real;
};
