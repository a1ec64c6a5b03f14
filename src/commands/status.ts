import { type Command, type Invocation, printJson } from '../cli.ts';
import type { Guest, WritableGuest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { trialNotice } from '../notices/trial.ts';
import { RUN_STATUS } from '../pass/publish.ts';
import { type LastPass, type Status, statusOf } from '../pass/status.ts';
import { openJournal } from '../state/journal.ts';
import { isLocked } from '../state/lock.ts';
import { isSealed } from '../state/sealed.ts';
import type { State } from '../state/state.ts';
import { currentState } from './observing.ts';

/** What this boot's pass published; a replayed boot is known there alone. Null before the first pass, or when it is no such document. */
const lastPassOf = (text: string | null): LastPass | null => {
  try {
    return (JSON.parse(text ?? 'null') as Partial<Status> | null)?.lastPass ?? null;
  } catch {
    return null;
  }
};

/**
 * The pass announced a reboot into the trial, and nobody is at work on it any more: systemd ended the agent on a starved machine, or the
 * reboot failed. The trial is armed in this very boot, so it has not begun.
 */
const rebootMissed = async (guest: Guest, { trial }: State, lastPass: LastPass | null): Promise<Notice[]> => {
  const missed = lastPass?.outcome === 'rebooting' && trial.state === 'armed' && !(await isLocked(guest));
  return missed ? [trialNotice('trial-reboot-failed', trial.kernel ?? '', 'the agent was stopped before')] : [];
};

/** The document of `status --json`. */
export const statusNow = async (guest: WritableGuest): Promise<Status> => {
  const { read, state } = await currentState(guest);
  const recorded = state.pass && { at: state.pass.at, durationMs: state.pass.durationMs, outcome: state.pass.outcome };
  const lastPass = lastPassOf(await guest.text(RUN_STATUS, 1024 * 1024)) ?? recorded;
  const missed = await rebootMissed(guest, state, lastPass);
  const ended = lastPass !== null && missed.length > 0 ? { ...lastPass, outcome: 'failed' as const } : lastPass;
  const notices = [...(read.notice === null ? [] : [read.notice]), ...missed, ...(state.pass?.notices ?? [])];
  return statusOf(state, await isSealed(guest), await openJournal(guest).entries(), ended, notices);
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
