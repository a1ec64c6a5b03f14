/** Another machine, or another hypervisor under the same one: what lasts of what was made for the old one goes, before the new is applied. */
import { type Actions, actionFor } from '../actions/registry.ts';
import { saying } from '../errors.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { passNotice } from '../notices/pass.ts';
import { type Entry, openJournal } from '../state/journal.ts';
import type { State } from '../state/state.ts';
import type { Look } from './look.ts';

/**
 * The hypervisor changed under the same machine: converted in place, or moved with its identity. Never during a trial, whose kernel may
 * show another face of the same hypervisor, and only when both times nothing had to be inferred.
 */
const otherHypervisor = ({ pass, trial }: State, { detection }: Look): boolean => {
  if (pass === null || ['armed', 'running'].includes(trial.state)) return false;
  const certain = pass.detection.certainty === 'certain' && detection.certainty === 'certain';
  return certain && pass.detection.hypervisor !== detection.hypervisor;
};

const isForeign = ({ id, kind, lasts }: Entry, state: State, look: Look): boolean =>
  lasts === 'persistent' && kind !== 'kernel' && (state.foreign?.includes(id) || otherHypervisor(state, look));

/**
 * Undoes what does not belong here, newest first; what is right on any machine stays. Nothing is held: the new plan decides anew.
 * @returns a Notice for each step that could not be undone; it stays in the journal, for a person.
 */
export const leaveBehind = async (
  guest: WritableGuest,
  actions: Actions,
  state: State,
  look: Look,
): Promise<Notice[]> => {
  const journal = openJournal(guest);
  const notices: Notice[] = [];
  const foreign = (await journal.entries()).filter(entry => isForeign(entry, state, look)).toReversed();
  for (const entry of foreign) {
    const action = actionFor(actions, entry.kind);
    try {
      if (action === null || (await action.everywhere?.(entry, guest))) continue;
      await action.undo(entry, guest, journal);
      notices.push(passNotice('left-behind', entry.id));
    } catch (error) {
      notices.push(passNotice('step-failed', entry.id, saying(error)));
    }
  }
  return notices;
};
