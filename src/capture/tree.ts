/** What was heard, as a folder that answers the same: files, links, and `recording.json` for what a folder cannot say by itself. */
import { dirname } from 'node:path/posix';
import { EnlightenError } from '../errors.ts';
import type { Path } from '../guest/guest.ts';
import { RECORDING } from '../guest/recorded.ts';
import type { Heard } from '../guest/recording.ts';
import { type Carried, carriedNames, carriedPath, carriedText, isWithheld } from './content.ts';
import { CPUID, CPUID_JSON, cpuidJson, recordingOf } from './recording.ts';

export type Entry = { kind: 'file'; content: Buffer } | { kind: 'link'; target: string } | { kind: 'folder' };
/** By absolute path, parents before what is in them. */
export type Tree = Map<Path, Entry>;

/** A generic kernel's tables are 4 MiB; nothing planning reads comes near. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_ENTRIES = 200_000;

const folder: Entry = { kind: 'folder' };
const empty: Entry = { kind: 'file', content: Buffer.alloc(0) };

/** Names in a listing are files until something else is known of them. */
const listed = ({ folders }: Heard): [Path, Entry][] =>
  [...folders].flatMap(([path, names]): [Path, Entry][] => [
    [path, folder],
    ...carriedNames(path, names).map((name): [Path, Entry] => [`${path === '/' ? '' : path}/${name}`, empty]),
  ]);

/** Each path's entry; what is known better comes later and wins. */
const known = (heard: Heard, carried: Carried): [Path, Entry][] => {
  const { stats, failures, blocks, links, files } = heard;
  return [
    ...listed(heard),
    ...[...failures.keys(), ...blocks.keys()].map((path): [Path, Entry] => [path, empty]),
    ...[...stats].map(([path, { kind }]): [Path, Entry] => [path, kind === 'folder' ? folder : empty]),
    ...[...links].map(([path, target]): [Path, Entry] => [
      path,
      { kind: 'link', target: linkTarget(path, target, carried) },
    ]),
    ...[...files].map(([path, content]): [Path, Entry] => [path, fileOf(path, content, carried)]),
  ];
};

/** A target in a folder of ids is blinded as its path would be, whether it is written whole or not. */
const linkTarget = (path: Path, target: string, { blind }: Carried): string =>
  target.startsWith('/')
    ? carriedPath(target, blind)
    : carriedPath(`${dirname(path)}/${target}`, blind).slice(carriedPath(dirname(path), blind).length + 1);

const fileOf = (path: Path, content: Buffer, carried: Carried): Entry => {
  if (isWithheld(path)) return empty;
  return { kind: 'file', content: Buffer.from(carriedText(path, content.toString('latin1'), carried), 'latin1') };
};

/** Parents are folders, whatever else was said of them while the guest changed under us; nothing lies below a link. */
const settled = (entries: [Path, Entry][]): Tree => {
  const tree: Tree = new Map(entries);
  for (const path of [...tree.keys()])
    for (let parent = dirname(path); parent !== '/'; parent = dirname(parent)) {
      if (tree.get(parent)?.kind === 'link') {
        tree.delete(path);
        break;
      }
      tree.set(parent, folder);
    }
  tree.delete('/');
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** @throws EnlightenError `too-large` */
const bounded = (tree: Tree): Tree => {
  const bytes = [...tree.values()].reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.content.length : 0), 0);
  if (bytes <= MAX_BYTES && tree.size <= MAX_ENTRIES) return tree;
  const happened = `${tree.size} entries with ${bytes} bytes were read`;
  throw new EnlightenError('too-large', { tried: 'capture', on: 'this guest', happened });
};

/** @param more files of our own making, by path. They win over what was heard of the path. */
export const treeOf = (heard: Heard, carried: Carried, more: Record<Path, string>): Tree => {
  const { blind } = carried;
  const leaves = heard.blocks.get(CPUID);
  const made = {
    ...(leaves === undefined ? {} : { [CPUID_JSON]: cpuidJson(leaves) }),
    ...more,
    [RECORDING]: JSON.stringify(recordingOf(heard, carried)),
  };
  return bounded(
    settled([
      ...known(heard, carried).map(([path, entry]): [Path, Entry] => [carriedPath(path, blind), entry]),
      ...Object.entries(made).map(([path, text]): [Path, Entry] => [
        path,
        { kind: 'file', content: Buffer.from(text) },
      ]),
    ]),
  );
};
