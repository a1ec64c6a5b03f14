import { type Command, type Invocation, printJson } from '../cli.ts';
import type { WritableGuest } from '../guest/guest.ts';
import { RUN_STATUS } from '../pass/publish.ts';
import { type LastPass, type Status, statusOf } from '../pass/status.ts';
import { openJournal } from '../state/journal.ts';
import { isSealed } from '../state/sealed.ts';
import { currentState } from './observing.ts';

/** What this boot's pass published; a replayed boot is known there alone. Null before the first pass, or when it is no such document. */
const lastPassOf = (text: string | null): LastPass | null => {
  try {
    return (JSON.parse(text ?? 'null') as Partial<Status> | null)?.lastPass ?? null;
  } catch {
    return null;
  }
};

/** The document of `status --json`. */
export const statusNow = async (guest: WritableGuest): Promise<Status> => {
  const { read, state } = await currentState(guest);
  const recorded = state.pass && { at: state.pass.at, durationMs: state.pass.durationMs, outcome: state.pass.outcome };
  const lastPass = lastPassOf(await guest.text(RUN_STATUS, 1024 * 1024)) ?? recorded;
  const notices = [...(read.notice === null ? [] : [read.notice]), ...(state.pass?.notices ?? [])];
  return statusOf(state, await isSealed(guest), await openJournal(guest).entries(), lastPass, notices);
};

export const showStatus = async (invocation: Invocation): Promise<void> => {
  const status = await statusNow(invocation.guest);
  if (invocation.json) return printJson(invocation, status);
  const { describeStatus } = await import('../terminal/status.ts');
  invocation.print(describeStatus(status));
};

export const command: Command = {
  usage: 'status',
  summary: 'the last pass, the trial, what is applied, what to know',
  async run(invocation) {
    await showStatus(invocation);
    return 0;
  },
};
