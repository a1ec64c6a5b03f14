import type { Command } from '../cli.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { endTrial, rebootIntoOld } from '../kernel/trial/end.ts';
import { bootSeen } from '../pass/seen.ts';
import { showStatus } from './status.ts';

const NO_TRIAL = 3;

export const command: Command = {
  usage: 'rollback',
  summary: 'give up the trial, or the confirmed kernel; reboots when it runs now',
  async run(invocation) {
    const { guest, log } = invocation;
    const ended = await endTrial(
      guest,
      await bootSeen(guest, await bootLoaderOf(guest)),
      { event: 'by-hand', cause: 'by-hand' },
      log,
    );
    if (ended === null) {
      log('error', 'no trial is armed, running or confirmed');
      return NO_TRIAL;
    }
    await showStatus(invocation);
    if (ended.returning && guest.live) await rebootIntoOld(guest, ended.state, log);
    return 0;
  },
};
