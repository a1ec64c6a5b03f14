import type { Guest, Path, WritableGuest } from '../guest/guest.ts';
import type { Lasts, Step, StepKind } from '../profiles/step.ts';

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

/** Write-ahead: `intended` is on disk before the guest is changed. Volatile steps go to /run, persistent ones to /var/lib. */
export interface Journal {
  /** Records the intention, runs `change`, records `done`. When `change` throws, the entry stays `intended`: undo knows it. */
  around(step: Step, change: { path: Path; before: string; after: string }, act: () => Promise<void>): Promise<void>;
  undone(entry: Entry): Promise<void>;
  /** What is applied or was interrupted, oldest first; nothing that was undone. */
  entries(): Promise<Entry[]>;
}
