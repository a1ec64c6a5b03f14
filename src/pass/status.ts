/** What the agent has done here, in the words of the `status --json` contract (design.md). */

import { cardNamed } from '../actions/addresses.ts';
import { changedNames } from '../actions/device-names.ts';
import { imageWords } from '../actions/image.ts';
import { templateWords } from '../actions/template.ts';
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
    /** The initramfs of the agent's own that is tried with the kernel; null for the vendor's. */
    initramfs: string | null;
    /** What its command line has besides the vendor's. */
    arguments: readonly string[];
  };
  lastPass: LastPass | null;
  applied: Pick<Entry, 'id' | 'at' | 'before' | 'after' | 'lasts'>[];
  held: string[];
  notices: Notice[];
}

/** Some journal entries keep whole files; people want to know which kernel it was, and which names. */
const inWords = (entry: Entry, state: State): Pick<Entry, 'before' | 'after'> => {
  if (entry.kind === 'device-names') return changedNames(entry);
  if (entry.kind === 'addresses') return cardNamed(entry);
  if (entry.kind === 'image') return imageWords(entry);
  if (entry.kind === 'template') return templateWords(entry);
  return { before: entry.kind === 'kernel' ? (state.trial.previous ?? '') : entry.before, after: entry.after };
};

export const statusOf = (
  state: State,
  sealed: boolean,
  entries: readonly Entry[],
  lastPass: LastPass | null,
  notices: Notice[],
): Status => {
  const { state: trialState, kernel, previous, cause, attempts, way } = state.trial;
  const { initramfsPath: initramfs = null, arguments: words = [] } = state.trial;
  const { by, because } = way ?? { by: null, because: null };
  return {
    schemaVersion: 1,
    sealed,
    trial: { state: trialState, kernel, previous, cause, attempts, by, because, initramfs, arguments: words },
    lastPass,
    applied: entries
      .filter(({ phase }) => phase === 'done')
      .map(entry => ({
        id: entry.id,
        at: entry.at,
        ...inWords(entry, state),
        lasts: entry.lasts,
      })),
    held: state.held,
    notices,
  };
};
