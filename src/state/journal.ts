import type { Bytes, Guest, Path, WritableGuest } from '../guest/guest.ts';
import { type Lasts, type Step, type StepKind, stepKinds } from '../profiles/step.ts';

/** One applied (or interrupted) step as the journal knows it: the last record of a step's id wins. */
export interface Entry {
  id: string;
  kind: StepKind;
  lasts: Lasts;
  /** RFC 3339, for people. */
  at: string;
  phase: 'intended' | 'done' | 'undone';
  /** The file that was changed. */
  path: Path;
  /** Previous bytes as text (sysctl, queue) or base64 with the prefix `base64:` (grubenv). */
  before: string;
  after: string;
}

/** What is about to happen to one file. */
interface Change {
  path: Path;
  before: string;
  after: string;
  /** `before` already has what earlier changes of the same step need to be undone, and replaces what the journal knew. */
  anew?: true;
}

/**
 * Write-ahead: `intended` is on disk before the guest is changed. Volatile steps go to /run, persistent ones to /var/lib.
 * Every method throws EnlightenError: `unwritable` (disk full), `unreadable` or `too-large` when the journal cannot be read.
 */
export interface Journal {
  /** Records the intention, runs `change`, records `done`. When `change` throws, the entry stays `intended`: undo knows it. */
  around(step: Step, change: Change, act: () => Promise<void>): Promise<void>;
  undone(entry: Entry): Promise<void>;
  /** What is applied or was interrupted, oldest first, persistent steps before this boot's; nothing that was undone. */
  entries(): Promise<Entry[]>;
}

const FILES: Record<Lasts, Path> = {
  persistent: '/var/lib/enlighten/journal.jsonl',
  boot: '/run/enlighten/journal.jsonl',
};

/** Thousands of passes' records. Beyond it reading throws, and what cannot be read back is not changed. */
const MAX_SIZE: Bytes = 4 * 1024 * 1024;

const allowed: Record<'kind' | 'lasts' | 'phase', readonly string[]> = {
  kind: stepKinds,
  lasts: ['boot', 'persistent'] satisfies Lasts[],
  phase: ['intended', 'done', 'undone'] satisfies Entry['phase'][],
};

const isEntry = (value: unknown): value is Entry => {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<keyof Entry, unknown>;
  const texts = [
    record.id,
    record.kind,
    record.lasts,
    record.at,
    record.phase,
    record.path,
    record.before,
    record.after,
  ];
  return (
    texts.every(text => typeof text === 'string') &&
    record.id !== '' &&
    Object.entries(allowed).every(([key, words]) => words.includes(String(record[key as keyof Entry]))) &&
    /^\/(?!.*(?:^|\/)\.\.(?:\/|$))/.test(String(record.path))
  );
};

/** One line of the journal; null for a torn line, garbage, and kinds of steps this version does not know. */
export const readEntry = (line: string): Entry | null => {
  // A thrown SyntaxError takes a hundred times as long as this look, and garbage may be a million lines.
  if (!line.startsWith('{"id":"') || !line.endsWith('"}')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
};

/** What a journal file says is applied or was interrupted, in the order it was first applied. */
export const readJournal = (text: string): Entry[] => {
  const standing = new Map<string, Entry>();
  for (const entry of text.split('\n').map(readEntry)) {
    if (entry === null) continue;
    if (entry.phase === 'undone') standing.delete(entry.id);
    else standing.set(entry.id, entry);
  }
  return [...standing.values()];
};

const contentOf = async (guest: Guest, lasts: Lasts): Promise<string> =>
  (await guest.read(FILES[lasts], MAX_SIZE))?.toString('utf8') ?? '';

/** What a step was last known to have changed; null where nothing is known to be applied. */
export const entryOf = async (guest: Guest, { id, lasts }: Pick<Step, 'id' | 'lasts'>): Promise<Entry | null> =>
  readJournal(await contentOf(guest, lasts)).find(entry => entry.id === id) ?? null;

/** The journal of this guest; no file is touched before something is recorded. */
export const openJournal = (guest: WritableGuest): Journal => {
  const record = async (entry: Entry): Promise<void> => {
    const content = await contentOf(guest, entry.lasts);
    // A line torn by a power cut must not swallow this one.
    const apart = content === '' || content.endsWith('\n') ? '' : '\n';
    await guest.append(FILES[entry.lasts], apart + JSON.stringify(entry), 0o600);
  };

  return {
    async around(step, change, act) {
      const known = readJournal(await contentOf(guest, step.lasts)).find(
        ({ id, path }) => id === step.id && path === change.path,
      );
      const entry: Entry = {
        id: step.id,
        kind: step.kind,
        lasts: step.lasts,
        at: guest.clock.now(),
        phase: 'intended',
        path: change.path,
        // Applied again: undo restores what was there before us, not our own previous value.
        before: change.anew ? change.before : (known?.before ?? change.before),
        after: change.after,
      };
      await record(entry);
      await act();
      await record({ ...entry, at: guest.clock.now(), phase: 'done' });
    },

    async undone(entry) {
      await record({ ...entry, at: guest.clock.now(), phase: 'undone' });
    },

    async entries() {
      const files: Entry[][] = [];
      for (const lasts of ['persistent', 'boot'] as const) files.push(readJournal(await contentOf(guest, lasts)));
      return files.flat();
    },
  };
};
