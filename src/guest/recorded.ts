/**
 * What a folder cannot say by being a folder: device numbers, free space, devices read here and there, files that could not be read,
 * what programs answered. A capture (src/capture) carries it as `recording.json` at its top; a folder without one is as it is.
 */
import { EnlightenError } from '../errors.ts';
import { type Check, count, listOf, mapOf, oneOf, orAbsent, record, text, whole } from '../shape.ts';
import type { BlockReader, Bytes, Guest, Path, Ran, Recallable, Stat } from './guest.ts';
import { followed } from './inside.ts';
import type { Reading } from './reading.ts';
import type { ReadOnlyTool } from './tools.ts';

export const RECORDING: Path = '/recording.json';
/** The digests of a generic kernel's 4,000 modules take half a MiB. */
const MAX_RECORDING: Bytes = 64 * 1024 * 1024;

/** What happened to somebody who wanted a file's content. */
export interface Failure {
  /** `absent`: a device without medium, or a file that vanishes when opened. */
  code: 'unreadable' | 'too-large' | 'absent';
  /** As the error said it. */
  happened: string;
}

/** Every path with its links followed; every record by such a path, or by {@link queryKey} and {@link recallKey}. */
export interface Recording {
  schemaVersion: 1;
  stats: Record<Path, Stat>;
  /** Bytes. */
  free: Record<Path, Bytes>;
  failures: Record<Path, Failure>;
  /** Blocks of a device; bytes in base64. */
  blocks: Record<Path, { offset: Bytes; bytes: string }[]>;
  queries: Record<string, Ran>;
  /** Plain data of the shape of whoever asked: believed, as the rest of the folder is. */
  recalled: Record<string, unknown>;
}

export const queryKey = (tool: ReadOnlyTool, args: readonly string[]): string => JSON.stringify([tool, ...args]);
export const recallKey = (what: Recallable, path: Path): string => `${what}:${path}`;

const stat = record({
  kind: oneOf(['file', 'folder', 'block', 'char', 'other']),
  size: count,
  mode: count,
  owner: count,
  group: orAbsent(count),
  mtimeMs: value => Number.isFinite(value),
  device: text,
  inode: count,
  blocks: count,
});

const anything: Check = value => value !== undefined;

const isRecording = record({
  schemaVersion: oneOf([1]),
  stats: mapOf(stat),
  free: mapOf(count),
  failures: mapOf(record({ code: oneOf(['unreadable', 'too-large', 'absent']), happened: text })),
  blocks: mapOf(listOf(record({ offset: count, bytes: text }))),
  queries: mapOf(record({ exitCode: whole, stdout: text, stderr: text })),
  recalled: mapOf(anything),
}) as (value: unknown) => value is Recording;

const failed = (path: Path, { code, happened }: Failure): EnlightenError =>
  new EnlightenError(code === 'absent' ? 'unreadable' : code, { tried: 'read', on: path, happened });

/** Null where there is none. A broken one is an error: without it the folder would tell something else than what was recorded. */
const readRecording = async (reading: Reading): Promise<Recording | null> => {
  const content = await reading.read(RECORDING, MAX_RECORDING);
  if (content === null) return null;
  const broken = (cause?: unknown) =>
    new EnlightenError('refused', { tried: 'read', on: RECORDING, happened: 'it is no recording', cause });
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw broken(error);
  }
  if (!isRecording(value)) throw broken();
  return value;
};

/** Serves what was read, and nothing that was not: a read counts from where a recorded one began, and is as short as that one was. */
const readerOf = (path: Path, extents: Recording['blocks'][Path]): BlockReader => ({
  async read(offset, length) {
    const known = extents.findLast(extent => extent.offset === offset);
    if (known === undefined)
      throw failed(path, { code: 'unreadable', happened: 'nobody read this when it was recorded' });
    return Buffer.from(known.bytes, 'base64').subarray(0, length);
  },
  close: async () => undefined,
});

const own = <T>(records: Record<string, T>, key: string): T | undefined =>
  Object.hasOwn(records, key) ? records[key] : undefined;

/** The reading half of a guest on a folder, with the recording at its top where there is one. */
export const withRecording = (root: string, reading: Reading): Reading & Pick<Guest, 'query' | 'recall'> => {
  let loading: Promise<Recording | null> | undefined;
  const loaded = (): Promise<Recording | null> => {
    loading ??= readRecording(reading);
    return loading;
  };
  const at = (path: Path): Path => followed(root, path) ?? path;
  const failureOf = async (path: Path): Promise<Failure | undefined> => own((await loaded())?.failures ?? {}, at(path));

  return {
    ...reading,

    async read(path, max) {
      const failure = await failureOf(path);
      if (failure?.code === 'absent') return null;
      if (failure !== undefined) throw failed(path, failure);
      return reading.read(path, max);
    },

    async text(path, max) {
      const failure = await failureOf(path);
      return failure === undefined || failure.code === 'too-large' ? reading.text(path, max) : null;
    },

    async stat(path) {
      const found = await reading.stat(path);
      // Older recordings know no groups.
      return found && { ...found, ...own((await loaded())?.stats ?? {}, at(path)) };
    },

    async block(path) {
      const failure = await failureOf(path);
      if (failure?.code === 'absent') return null;
      const extents = own((await loaded())?.blocks ?? {}, at(path));
      if (extents !== undefined) return readerOf(path, extents);
      return failure?.code === 'unreadable' ? readerOf(path, []) : reading.block(path);
    },

    async free(path) {
      return own((await loaded())?.free ?? {}, at(path)) ?? (await reading.free(path));
    },

    async query(tool, args) {
      return own((await loaded())?.queries ?? {}, queryKey(tool, args)) ?? null;
    },

    async recall<T>(what: Recallable, path: Path, compute: () => Promise<T>): Promise<T> {
      const known = own((await loaded())?.recalled ?? {}, recallKey(what, at(path)));
      return known === undefined ? compute() : (known as T);
    },
  };
};
