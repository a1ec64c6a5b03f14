/** What the agent has done here, in the words of the `status --json` contract (design.md). */

import type { TrialWay } from '../kernel/trial/way.ts';
import type { Notice } from '../notices/notice.ts';
import type { Entry } from '../state/journal.ts';
import type { RecordedPass, State } from '../state/state.ts';

type Outcome = RecordedPass['outcome'] | 'unchanged';

export interface LastPass {
  at: string;
  durationMs: number;
  outcome: Outcome;
}

export interface Status {
  schemaVersion: 1;
  sealed: boolean;
  trial: Pick<State['trial'], 'state' | 'kernel' | 'previous' | 'cause' | 'attempts'> & {
    /** How it is or was started; null where it never was. */
    by: TrialWay['by'] | null;
    because: string | null;
  };
  lastPass: LastPass | null;
  applied: Pick<Entry, 'id' | 'at' | 'before' | 'after' | 'lasts'>[];
  held: string[];
  notices: Notice[];
}

/** The kernel's journal entry keeps the boot loader's bytes; people want to know which kernel it was. */
const before = (entry: Entry, state: State): string =>
  entry.kind === 'kernel' ? (state.trial.previous ?? '') : entry.before;

export const statusOf = (
  state: State,
  sealed: boolean,
  entries: readonly Entry[],
  lastPass: LastPass | null,
  notices: Notice[],
): Status => {
  const { state: trialState, kernel, previous, cause, attempts, way } = state.trial;
  const { by, because } = way ?? { by: null, because: null };
  return {
    schemaVersion: 1,
    sealed,
    trial: { state: trialState, kernel, previous, cause, attempts, by, because },
    lastPass,
    applied: entries
      .filter(({ phase }) => phase === 'done')
      .map(entry => ({
        id: entry.id,
        at: entry.at,
        before: before(entry, state),
        after: entry.after,
        lasts: entry.lasts,
      })),
    held: state.held,
    notices,
  };
};
