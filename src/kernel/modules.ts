/** What `depmod` wrote about the modules of one release (modules.dep(5), kmod's modules.alias, kbuild's modules.builtin*). */
import type { Guest, Path } from '../guest/guest.ts';
import { kernelNotice } from '../notices/kernel.ts';
import { type AliasTable, aliasTable } from './aliases.ts';
import type { Blocked } from './blocked.ts';

export interface ModuleDatabase {
  /** Modules that claim this modalias and exist, as a file or built in; none when the release has no driver for it. */
  matching(modalias: string): string[];
  /** Compiled into the kernel image. */
  builtin(name: string): boolean;
  /** A module file, relative to the modules folder: `kernel/fs/ext4/ext4.ko`; null when there is none of that name. */
  file(name: string): Path | null;
  /** The module and all it depends on, those built in left out; empty for one that is not a file. */
  closure(name: string): string[];
}

/** Debian's generic kernel: modules.alias 1.3 MiB, modules.dep 0.7 MiB. */
const MAX_TABLE = 32 * 1024 * 1024;

/** `virtio_blk` for `kernel/drivers/block/virtio-blk.ko.xz`: `-` and `_` are the same in module names (modprobe(8)). */
export const moduleName = (path: Path): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');

/** A module of that name or alias, whether file or built in. */
export const byName = (name: string, database: ModuleDatabase): string[] =>
  database.builtin(name) || database.file(name) !== null ? [moduleName(name)] : database.matching(name);

interface ModuleFile {
  path: Path;
  needs: string[];
}

/** Lines of modules.dep: `kernel/a.ko: kernel/b.ko kernel/c.ko`. */
const dependencies = (text: string): Map<string, ModuleFile> => {
  const files = new Map<string, ModuleFile>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const path = line.slice(0, colon);
    const needs = line
      .slice(colon + 1)
      .split(' ')
      .filter(part => part !== '');
    files.set(moduleName(path), { path, needs: needs.map(moduleName) });
  }
  return files;
};

const closureOf = (files: Map<string, ModuleFile>, name: string): string[] => {
  const seen = new Set<string>();
  const todo = [name];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const file = files.get(next);
    if (file === undefined || seen.has(next)) continue;
    seen.add(next);
    todo.push(...file.needs);
  }
  return [...seen];
};

const database = (files: Map<string, ModuleFile>, builtin: Set<string>, aliases: AliasTable): ModuleDatabase => ({
  matching: modalias => aliases(modalias).filter(name => files.has(name) || builtin.has(name)),
  builtin: name => builtin.has(moduleName(name)),
  file: name => files.get(moduleName(name))?.path ?? null,
  closure: name => closureOf(files, moduleName(name)),
});

/**
 * Reads the tables of one release.
 * @param folder `/usr/lib/modules/6.1.0-50-cloud-amd64`
 */
export const moduleDatabase = async (guest: Guest, folder: Path): Promise<ModuleDatabase | Blocked> => {
  const table = async (name: string) => (await guest.read(`${folder}/${name}`, MAX_TABLE))?.toString('latin1') ?? null;
  const [dep, alias] = [await table('modules.dep'), await table('modules.alias')];
  const missing = dep === null ? 'modules.dep' : 'modules.alias';
  if (dep === null || alias === null) {
    return { blocked: kernelNotice('modules-incomplete', folder, `${missing} is missing`) };
  }
  const builtin = ((await table('modules.builtin')) ?? '').split('\n').filter(line => line !== '');
  const modinfo = (await table('modules.builtin.modinfo')) ?? '';
  return database(dependencies(dep), new Set(builtin.map(moduleName)), aliasTable(alias, modinfo));
};
