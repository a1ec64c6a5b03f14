/** What came of a full pass, in the words of its record. */
import type { Notice } from '../notices/notice.ts';
import type { Settings } from '../settings/settings.ts';
import type { PlannedStep, RecordedPass } from '../state/state.ts';

/** A pass that ran out of time, or put something off, has looked at too little: the next boot looks again. */
const TOO_LITTLE = ['proof-out-of-time', 'trial-no-time', 'trial-first', 'device-name-first', 'check-failed'];

export const hasSeenEnough = (notices: readonly Notice[]): boolean =>
  !notices.some(({ code }) => TOO_LITTLE.includes(code));

export const outcomeOf = (
  enforced: boolean,
  planned: readonly PlannedStep[],
  failures: readonly Notice[],
): RecordedPass['outcome'] => {
  if (failures.length > 0) return 'failed';
  if (!enforced) return 'planned';
  const blocked = planned.some(({ step, standing }) => step.kind === 'kernel' && standing.state === 'blocked');
  return blocked ? 'blocked' : 'applied';
};

export const whyNotEnforced = ({ mode }: Settings, sealed: boolean): string =>
  mode.source === 'default' && !sealed
    ? 'the image is not sealed'
    : `enlighten.mode=${mode.value} from the ${mode.source}`;
