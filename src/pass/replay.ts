/**
 * Nothing has changed: the recorded volatile steps are applied again and /run/enlighten is rewritten.
 * No plan, no library, no program, no write to a disk.
 */
import { actionFor, volatileActions } from '../actions/registry.ts';
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Log } from '../log.ts';
import { declared } from '../ovfenv/descriptor/declare.ts';
import { readLast } from '../ovfenv/last.ts';
import type { Step } from '../profiles/step.ts';
import { openJournal } from '../state/journal.ts';
import type { RecordedPass, State } from '../state/state.ts';
import type { Look } from './look.ts';
import { publish } from './publish.ts';

export const replay = async (
  guest: WritableGuest,
  state: State,
  recorded: RecordedPass,
  look: Look,
  log: Log,
): Promise<void> => {
  const journal = openJournal(guest);
  // A module that lasts is there already, but where nothing brings it at boot.
  const again = ({ lasts, kind }: Step) => lasts === 'boot' || kind === 'modules';
  const steps = recorded.plan.steps.filter(({ step }) => again(step) && !state.held.includes(step.id));
  for (const { step, standing } of recorded.enforced ? steps : []) {
    if (standing.state !== 'satisfied') continue;
    const action = actionFor(volatileActions, step.kind);
    try {
      if (action && (await action.check(step, guest)).state === 'pending') await action.apply(step, guest, journal);
    } catch (error) {
      log('warning', `${step.id} could not be applied again: ${saying(error)}`);
    }
  }
  const { last } = await readLast(guest);
  const fresh = last !== null && look.environment.sha256 === last.sha256;
  await publish(guest, recorded, last && declared({ ...last.environment, stale: !fresh }));
};
