/** What the units of a trial boot run; nothing here is for people. See packaging/systemd. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Invocation } from '../cli.ts';
import { EnlightenError } from '../errors.ts';
import { bootLoaderOf } from '../kernel/bootloaders/index.ts';
import { confirmTrial, endTrial, rebootIntoOld } from '../kernel/trial/end.ts';
import { causeOf, type Finding } from '../kernel/trial/finding.ts';
import { vendorChecks } from '../kernel/trial/health.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { ownChecks } from '../kernel/trial/own-checks.ts';
import { bootSeen } from '../pass/seen.ts';
import { readState } from '../state/state.ts';

const seconds = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
};

/** Exit 1 keeps boot-complete.target from being reached, also where the reboot takes its time. */
const goBack = async (
  { guest, log }: Invocation,
  seen: BootSeen,
  event: 'check-failed' | 'deadline',
  cause: string,
): Promise<number> => {
  const ended = await endTrial(guest, seen, { event, cause }, log);
  if (ended?.returning) await rebootIntoOld(guest, ended.state, log);
  return 1;
};

const say = (findings: readonly Finding[], { log }: Invocation, weight: string): void => {
  for (const { check, exit, said } of findings) log('warning', `${weight} check ${check} failed (${exit}): ${said}`);
};

const health = async (invocation: Invocation, seen: BootSeen): Promise<number> => {
  const { guest } = invocation;
  say(await vendorChecks(guest, 'wanted'), invocation, 'wanted');
  const failed = await vendorChecks(guest, 'required');
  say(failed, invocation, 'required');
  const [first] = failed;
  return first ? goBack(invocation, seen, 'check-failed', causeOf(first)) : 0;
};

const POLL_S = 5;

/** After the quiet time the agent's own checks must hold; a slow DHCP server gets as long again. */
const confirm = async (invocation: Invocation, seen: BootSeen): Promise<number> => {
  const { guest, log } = invocation;
  const quiet = seconds('ENLIGHTEN_QUIET_SECONDS', 30);
  const patience = seconds('ENLIGHTEN_PATIENCE_SECONDS', 60);
  const { baseline } = (await readState(guest, seen.machine)).state.trial;
  await sleep(quiet * 1000);
  const until = guest.clock.monotonic() + patience * 1000;
  const missing = baseline ?? { nics: [], root: null };
  let failed = await ownChecks(guest, missing);
  while (failed.length > 0 && guest.clock.monotonic() < until) {
    await sleep(POLL_S * 1000);
    failed = await ownChecks(guest, missing);
  }
  say(failed, invocation, 'own');
  const [first] = failed;
  if (first) return goBack(invocation, seen, 'check-failed', causeOf(first));
  const confirmed = await confirmTrial(guest, seen, log);
  if (confirmed === null) return 1;
  const line = `kernel ${confirmed.trial.kernel} is confirmed: it is the default on this machine from now on`;
  log('notice', line);
  await guest.say(line);
  return 0;
};

const deadline = (invocation: Invocation, seen: BootSeen): Promise<number> =>
  goBack(invocation, seen, 'deadline', 'deadline');

const acts: Record<string, (invocation: Invocation, seen: BootSeen) => Promise<number>> = { health, confirm, deadline };

export const command: Command = {
  usage: 'trial health\ntrial confirm\ntrial deadline',
  summary: 'what the units of a trial boot run',
  words: 1,
  async run(invocation) {
    const act = acts[invocation.words[0] ?? ''];
    if (!act) {
      const happened = `one of ${Object.keys(acts).join(', ')} is needed`;
      throw new EnlightenError('usage', { tried: 'run', on: 'trial', happened });
    }
    return act(invocation, await bootSeen(invocation.guest, await bootLoaderOf(invocation.guest)));
  },
};
