import type { Command } from '../cli.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { confirmTrial } from '../kernel/trial/end.ts';
import { bootSeen } from '../pass/seen.ts';
import { showStatus } from './status.ts';

const NO_TRIAL = 3;

export const command: Command = {
  usage: 'confirm',
  summary: 'end a running trial by hand: its kernel stays',
  async run(invocation) {
    const { guest, log } = invocation;
    const confirmed = await confirmTrial(guest, await bootSeen(guest, await bootLoaderOf(guest)), log);
    if (confirmed === null) {
      log('error', 'no trial is running');
      return NO_TRIAL;
    }
    await showStatus(invocation);
    return 0;
  },
};
