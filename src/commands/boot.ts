import type { Command } from '../cli.ts';
import { boot } from '../pass/boot.ts';

/** Well below the unit’s TimeoutStartSec (60 s): arming, and asking for the reboot, still come before systemd would kill us. */
const DEFAULT_BUDGET_S = 20;

const budget = (): number => {
  const seconds = Number(process.env['ENLIGHTEN_BUDGET_SECONDS'] ?? DEFAULT_BUDGET_S);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_BUDGET_S;
};

export const command: Command = {
  usage: 'boot',
  summary: 'the boot pass: judge the trial, observe, plan, act (what the service runs)',
  async run({ guest, log }) {
    await boot(guest, { budgetMs: budget() * 1000 }, log);
    return 0;
  },
};
