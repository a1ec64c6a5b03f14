/**
 * A file that ties an image to the machine it was built on. Persistent, and right on every machine. The journal holds the whole bytes
 * that were there, `file:MODE:BASE64` or `absent`, and of those that are there now only the digest.
 */
import { createHash } from 'node:crypto';
import { EnlightenError } from '../errors.ts';
import type { Bytes, Guest, Path, WritableGuest } from '../guest/guest.ts';
import type { ImageStep } from '../profiles/step.ts';
import type { Entry } from '../state/journal.ts';
import type { Action } from './action.ts';

const ABSENT = 'absent';
/** What is replaced must fit into the journal. */
const MAX_BEFORE: Bytes = 256 * 1024;
/** A boot loader: Debian's signed GRUB has 2.6 MiB. */
const MAX_COPY: Bytes = 16 * 1024 * 1024;

const digestOf = (bytes: Buffer | null): string =>
  bytes === null ? ABSENT : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const wanted = async ({ make }: ImageStep, guest: Guest): Promise<Buffer | null> => {
  if ('absent' in make) return null;
  if ('text' in make) return Buffer.from(make.text);
  const bytes = await guest.read(make.copyOf, MAX_COPY);
  if (bytes !== null) return bytes;
  throw new EnlightenError('none', { tried: 'copy', on: make.copyOf, happened: 'it is absent' });
};

const nowAt = (guest: Guest, path: Path): Promise<Buffer | null> => guest.read(path, MAX_COPY);

/** Boot loaders and firmware replay no journal of a file system. */
const forLoader = async (guest: WritableGuest, path: Path): Promise<void> => {
  const there = (await guest.stat(path)) !== null;
  if (guest.live && there && /^\/(boot|efi)\//.test(path)) await guest.run('flush-filesystem', [path]);
};

const put = async (guest: WritableGuest, path: Path, content: Buffer | null, mode: number): Promise<void> => {
  if (content === null) await guest.remove(path);
  else await guest.replace(path, content, mode);
  await forLoader(guest, path);
};

const recorded = async (guest: Guest, path: Path): Promise<string> => {
  const [stat, bytes] = [await guest.stat(path), await guest.read(path, MAX_BEFORE)];
  return bytes === null ? ABSENT : `file:${(stat?.mode ?? 0o600).toString(8)}:${bytes.toString('base64')}`;
};

/** What people are told: the bytes may be a key. */
export const imageWords = ({ before, after }: Pick<Entry, 'before' | 'after'>): { before: string; after: string } => ({
  before: before === ABSENT ? ABSENT : 'present',
  after: after === ABSENT ? ABSENT : 'changed',
});

export const imageAction: Action<ImageStep> = {
  async check(step, guest) {
    const now = await nowAt(guest, step.path);
    const current = now === null ? ABSENT : 'present';
    return digestOf(now) === digestOf(await wanted(step, guest))
      ? { current: step.desired, state: 'satisfied' }
      : { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const { path } = step;
    const content = await wanted(step, guest);
    const mode = (await guest.stat(path))?.mode ?? 0o644;
    const change = { path, before: await recorded(guest, path), after: digestOf(content) };
    await journal.around(step, change, () => put(guest, path, content, mode));
  },

  async undo(entry, guest, journal) {
    const { path, before, after } = entry;
    // What is there now may be somebody's: a machine-id of a boot since, a key made anew.
    if (digestOf(await nowAt(guest, path)) === after) {
      const [, mode = '', base64 = ''] = before.split(':');
      const old = before === ABSENT ? null : Buffer.from(base64, 'base64');
      await put(guest, path, old, Number.parseInt(mode, 8) || 0o600);
    }
    await journal.undone(entry);
  },

  everywhere: async () => true,
};
