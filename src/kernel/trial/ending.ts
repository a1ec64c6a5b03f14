import type { Notice } from '../../notices/notice.ts';
import { trialNotice } from '../../notices/trial.ts';
import type { Trial } from '../../state/state.ts';
import type { TrialEvent } from './table.ts';

const codes: Partial<Record<TrialEvent, Parameters<typeof trialNotice>[0]>> = {
  'not-started': 'trial-not-started',
  'spent-unseen': 'trial-no-userspace',
  'other-boot': 'trial-unconfirmed-reset',
  'check-failed': 'trial-health',
  deadline: 'trial-deadline',
  'by-hand': 'trial-by-hand',
};

/** How the trial ended, for the person who looks; empty for the events that are good news. */
export const endingNotice = ({ kernel, previous }: Trial, event: TrialEvent, cause: string | null): Notice[] => {
  const code = codes[event];
  return code ? [trialNotice(code, `kernel ${kernel}`, cause ?? `${previous} runs`)] : [];
};
