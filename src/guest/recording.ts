/**
 * A guest that remembers what it was asked: enough to build a folder that gives the same answers. It never writes and never runs
 * anything but queries.
 */
import { EnlightenError, saying } from '../errors.ts';
import type { BlockReader, Bytes, Path, Ran, Stat, WritableGuest } from './guest.ts';
import { followed } from './inside.ts';
import { type Failure, queryKey, recallKey } from './recorded.ts';

/** Everything that was asked and answered. Paths have their links followed, as the folder will have them. */
export interface Heard {
  files: Map<Path, Buffer>;
  folders: Map<Path, string[]>;
  /** Every link passed on the way to anything, and its target as written. */
  links: Map<Path, string>;
  stats: Map<Path, Stat>;
  free: Map<Path, Bytes>;
  failures: Map<Path, Failure>;
  /** Blocks that were read, by offset: of two reads at one place the longer. */
  blocks: Map<Path, Map<Bytes, Buffer>>;
  queries: Map<string, Ran>;
  recalled: Map<string, unknown>;
}

const nothing = (): Heard => ({
  files: new Map(),
  folders: new Map(),
  links: new Map(),
  stats: new Map(),
  free: new Map(),
  failures: new Map(),
  blocks: new Map(),
  queries: new Map(),
  recalled: new Map(),
});

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof EnlightenError)) return { code: 'unreadable', happened: saying(error) };
  const said = `cannot ${error.tried} ${error.on}: `;
  return { code: error.code === 'too-large' ? 'too-large' : 'unreadable', happened: error.message.replace(said, '') };
};

const refuse = async (): Promise<never> => {
  throw new EnlightenError('not-here', { tried: 'change', on: 'a guest', happened: 'it is only being recorded' });
};

const readerOf = (reader: BlockReader, into: Map<Bytes, Buffer>, failed: (error: unknown) => void): BlockReader => ({
  async read(offset, length) {
    try {
      const bytes = await reader.read(offset, length);
      if (bytes.length >= (into.get(offset)?.length ?? 0)) into.set(offset, Buffer.from(bytes));
      return bytes;
    } catch (error) {
      failed(error);
      throw error;
    }
  },
  close: () => reader.close(),
});

/** The same guest, and what is heard through it from now on. */
export const recording = (guest: WritableGuest): { guest: WritableGuest; heard: Heard } => {
  const heard = nothing();
  /** Files under way in a `recall`: their answer is kept, not their content. */
  const recalling = new Set<Path>();
  /** Files of which `read` gave the exact bytes; `text` gives them trimmed. */
  const exact = new Set<Path>();

  /** Where the path leads, its links noted; a loop ends at itself. */
  const trace = (path: Path, last = true): Path => {
    const root = guest.root === '/' ? '' : guest.root;
    return followed(root, path, last, (link, target) => heard.links.set(link, target)) ?? path;
  };

  /** Asked for and not had: that it exists all the same must be told. */
  const lacking = async (path: Path, at: Path, code: Failure['code']): Promise<void> => {
    const stat = await guest.stat(path);
    if (stat === null || stat.kind === 'folder') return;
    heard.stats.set(at, stat);
    heard.failures.set(at, { code, happened: `it is ${code}` });
  };

  const recorder: WritableGuest = {
    ...guest,

    async read(path, max) {
      const at = trace(path);
      if (recalling.has(at)) return guest.read(path, max);
      try {
        const content = await guest.read(path, max);
        if (content === null) await lacking(path, at, 'absent');
        else heard.files.set(at, content);
        exact.add(at);
        return content;
      } catch (error) {
        heard.failures.set(at, failureOf(error));
        throw error;
      }
    },

    async text(path, max) {
      const at = trace(path);
      const content = await guest.text(path, max);
      if (content === null) await lacking(path, at, 'unreadable');
      else if (!exact.has(at) && content.length >= (heard.files.get(at)?.length ?? 0)) {
        heard.files.set(at, Buffer.from(content === '' ? '' : `${content}\n`));
      }
      return content;
    },

    async list(path) {
      const at = trace(path);
      const names = await guest.list(path);
      if (names.length > 0 || (await guest.stat(path))?.kind === 'folder') heard.folders.set(at, names);
      return names;
    },

    async stat(path) {
      const at = trace(path);
      const stat = await guest.stat(path);
      if (stat !== null && !recalling.has(at)) heard.stats.set(at, stat);
      return stat;
    },

    async link(path) {
      const target = await guest.link(path);
      if (target !== null) heard.links.set(trace(path, false), target);
      return target;
    },

    async resolve(path) {
      const real = await guest.resolve(path);
      if (real !== null) await recorder.stat(path);
      return real;
    },

    async block(path) {
      const at = trace(path);
      const reader = await guest.block(path);
      if (recalling.has(at)) return reader;
      if (reader === null) {
        await lacking(path, at, 'absent');
        return null;
      }
      const into = heard.blocks.get(at) ?? new Map<Bytes, Buffer>();
      heard.blocks.set(at, into);
      return readerOf(reader, into, error => heard.failures.set(at, failureOf(error)));
    },

    async free(path) {
      const free = await guest.free(path);
      if (free !== null) heard.free.set(trace(path), free);
      return free;
    },

    async query(tool, args) {
      const ran = await guest.query(tool, args);
      if (ran !== null) heard.queries.set(queryKey(tool, args), ran);
      return ran;
    },

    async recall(what, path, compute) {
      const at = trace(path);
      const nested = recalling.has(at);
      recalling.add(at);
      try {
        const answer = await guest.recall(what, path, compute);
        heard.recalled.set(recallKey(what, at), answer);
        return answer;
      } catch (error) {
        heard.failures.set(at, failureOf(error));
        throw error;
      } finally {
        if (!nested) recalling.delete(at);
      }
    },

    replace: refuse,
    append: refuse,
    set: refuse,
    overwrite: refuse,
    remove: refuse,
    create: refuse,
    run: refuse,
    say: async () => undefined,
  };
  return { guest: recorder, heard };
};
