/**
 * A file that names devices by the kernel's names, or remembers them. Persistent, and right on every machine. The journal holds its whole
 * bytes, before and after: `file:MODE:BASE64`, or `absent`.
 */

import { deviceNames, type FileChange } from '../devicenames/changes.ts';
import { wordsOf } from '../devicenames/steps.ts';
import { changedLines, takenBack } from '../devicenames/taken-back.ts';
import { EnlightenError } from '../errors.ts';
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';
import type { DeviceNamesStep } from '../profiles/step.ts';
import type { Entry } from '../state/journal.ts';
import type { Action } from './action.ts';

const ABSENT = 'absent';
const MAX_FILE = 1024 * 1024;

const written = (mode: number, bytes: Buffer): string => `file:${mode.toString(8)}:${bytes.toString('base64')}`;

const readBack = (text: string): { mode: number; content: string } => {
  const [, mode = '', base64 = ''] = text.split(':');
  return { mode: Number.parseInt(mode, 8) || 0o600, content: Buffer.from(base64, 'base64').toString('latin1') };
};

const changeOf = async (guest: Guest, path: Path): Promise<FileChange | null> =>
  (await deviceNames(guest)).changes.find(change => change.path === path) ?? null;

/** Boot loaders replay no journal of a file system: they must find the file where it says it is. */
const forLoader = async (guest: WritableGuest, path: Path): Promise<void> => {
  if (guest.live && path.startsWith('/boot/')) await guest.run('flush-filesystem', [path]);
};

const put = async (guest: WritableGuest, path: Path, content: Buffer | null, mode: number): Promise<void> => {
  if (content === null) await guest.remove(path);
  else await guest.replace(path, content, mode);
  await forLoader(guest, path);
};

/** What people are told was there, and is now: the lines themselves may hold a password (cifs). */
export const changedNames = ({ before, after }: Pick<Entry, 'before' | 'after'>): { before: string; after: string } => {
  if (after === ABSENT) return { before: 'present', after: ABSENT };
  const lines = changedLines({ before: readBack(before).content, after: readBack(after).content });
  const differing = lines.flatMap(line => {
    const [old, fresh] = [line.before.split(/\s+/), line.after.split(/\s+/)];
    return old.flatMap((word, at) => (word === fresh[at] ? [] : [[word, fresh[at] ?? ''] as const]));
  });
  return { before: differing.map(([old]) => old).join(' '), after: differing.map(([, fresh]) => fresh).join(' ') };
};

/** The bytes that undo gives back; null where the file is to be left as it is. */
const restored = ({ before, after, path }: Entry, now: string | null): Buffer | null => {
  const old = readBack(before);
  // What was removed and is there again, somebody made anew.
  if (after === ABSENT) return now === null ? Buffer.from(old.content, 'latin1') : null;
  if (now === null) {
    throw new EnlightenError('unwritable', { tried: 'undo the change of', on: path, happened: 'the file is gone' });
  }
  return Buffer.from(takenBack(now, { before: old.content, after: readBack(after).content }), 'latin1');
};

export const deviceNamesAction: Action<DeviceNamesStep> = {
  async check({ path, desired }, guest) {
    const change = await changeOf(guest, path);
    return change === null
      ? { current: desired, state: 'satisfied' }
      : { current: wordsOf(change).current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const change = await changeOf(guest, step.path);
    if (change === null) return;
    const { path, mode, before, after } = change;
    const known = (await journal.entries()).find(({ id }) => id === step.id);
    // A file edited since we changed it: undo must give back that edit, too, with our first change taken out of it.
    const original = known === undefined ? before : restored(known, before.toString('latin1'));
    const record = {
      path,
      before: written(mode, original ?? before),
      after: after === null ? ABSENT : written(mode, after),
      anew: true as const,
    };
    await journal.around(step, record, () => put(guest, path, after, mode));
  },

  async undo(entry, guest, journal) {
    const now = (await guest.read(entry.path, MAX_FILE))?.toString('latin1') ?? null;
    const bytes = restored(entry, now);
    if (bytes !== null) {
      const mode = (await guest.stat(entry.path))?.mode ?? readBack(entry.before).mode;
      await put(guest, entry.path, bytes, mode);
    }
    await journal.undone(entry);
  },

  everywhere: async () => true,
};
