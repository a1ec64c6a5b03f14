import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { during } from '../report.ts';

/**
 * Built things are kept by the content of what they were built from: a changed recipe is another folder, so nothing is
 * ever stale. A build works in a folder of its own that becomes visible by one rename, so an interrupted build leaves
 * nothing that looks finished.
 */
export const cacheFolder = resolve(
  process.env['ENLIGHTEN_LAB_CACHE'] ?? join(import.meta.dirname, '../../../.cache/lab'),
);

/** How many built things of a kind stay; the longest unused go first. A disk image and a base tree take up to 0.9 GB each, a QEMU 17 MB. */
const keep: Record<string, number> = { base: 8, appliance: 8, small: 4, qemu: 24 };

/** What was asked for this recently may be under somebody's machines, and stays. */
const inUse = 2 * 60 * 60 * 1000;

export interface Recipe {
  kind: 'base' | 'appliance' | 'small' | 'qemu';
  /** For the progress line: what is being built. */
  what: string;
  /** Everything the result depends on, as JSON and bytes. */
  from: (string | Buffer)[];
  build(folder: string): Promise<void>;
}

/** The folder that holds what the recipe builds, built now if it is not there. */
export async function cached({ kind, what, from, build }: Recipe): Promise<string> {
  const finished = join(cacheFolder, `${kind}-${digest(from)}`);
  if (await isThere(finished)) {
    await utimes(finished, new Date(), new Date());
    return finished;
  }
  await sweep(kind);
  const unfinished = join(cacheFolder, `.building-${process.pid}-${kind}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await during(what, () => build(unfinished));
    await rename(unfinished, finished).catch(async error => {
      if (!(await isThere(finished))) throw error; // somebody else built the same meanwhile
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return finished;
}

function digest(parts: (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** Removes what interrupted builds left behind and, of this kind, what has been unused longest. */
async function sweep(kind: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const names = await readdir(cacheFolder);
  const abandoned = names.filter(name => !isRunning(Number(/^\.building-(\d+)-/.exec(name)?.[1] ?? process.pid)));
  const built = await Promise.all(
    names
      .filter(name => name.startsWith(`${kind}-`))
      .map(async name => ({ name, used: (await stat(join(cacheFolder, name))).mtimeMs })),
  );
  const old = built.sort((a, b) => b.used - a.used).slice((keep[kind] ?? 1) - 1);
  const surplus = old.filter(it => it.used < Date.now() - inUse);
  for (const name of [...abandoned, ...surplus.map(it => it.name)])
    await rm(join(cacheFolder, name), { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
