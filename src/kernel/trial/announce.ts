/** During a trial the login prompt says what runs, until when, and how to return: agetty(8) shows /run/issue.d. */
import type { WritableGuest } from '../../guest/guest.ts';
import type { State } from '../../state/state.ts';

const ISSUE = '/run/issue.d/enlighten.issue';

export const announce = async (guest: WritableGuest, { trial }: State): Promise<void> => {
  if (trial.state !== 'running') return guest.remove(ISSUE);
  const text = [
    `ovf-enlighten: kernel ${trial.kernel} is on trial.`,
    `Unless it is confirmed within ten minutes, the machine reboots into ${trial.previous}.`,
    'To keep it now: enlighten confirm. To return now: enlighten rollback, or any reset.',
    '',
  ];
  await guest.replace(ISSUE, text.join('\n'));
};
