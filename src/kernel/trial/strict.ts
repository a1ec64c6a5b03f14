/**
 * A trial reboots on its first panic, oops, soft lock-up or hung task, and when its service manager stops: its command line and its units
 * say so. A confirmed kernel goes on running, maybe for months; from then on it is as patient again as the vendor's own boot was.
 */
import type { Guest, WritableGuest } from '../../guest/guest.ts';
import type { State } from '../../state/state.ts';

/** Under /proc/sys/kernel: what `panic=5 oops=panic softlockup_panic=1 hung_task_panic=1` sets (kernel-parameters.txt). */
const trialValues: Record<string, string> = {
  panic: '5',
  panic_on_oops: '1',
  softlockup_panic: '1',
  hung_task_panic: '1',
};

const fileOf = (name: string): string => `/proc/sys/kernel/${name}`;

/** The values of the boot that arms a trial; a name the kernel does not have is left out. */
export const patienceOf = async (guest: Guest): Promise<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const name of Object.keys(trialValues)) {
    const value = await guest.text(fileOf(name));
    if (value !== null) values[name] = value;
  }
  return values;
};

const WATCHDOG = 'enlighten-watchdog.service';

/** Where systemd watches a trial by a watchdog that we have loaded for it: the generator of a trial boot has wanted this unit. */
const endWatch = async (guest: WritableGuest): Promise<void> => {
  const wanted = await guest.stat(`/run/systemd/generator/sysinit.target.wants/${WATCHDOG}`);
  if (guest.live && wanted !== null) await guest.run('stop-unit', [WATCHDOG]);
};

/** Puts them back where the trial's values still hold; what a sysctl.d file has set since is the administrator's. */
export const restorePatience = async (guest: WritableGuest, { trial }: State): Promise<void> => {
  for (const [name, value] of Object.entries(trial.baseline?.patience ?? {})) {
    const file = Object.hasOwn(trialValues, name) ? fileOf(name) : null;
    if (file !== null && (await guest.text(file)) === trialValues[name]) await guest.set(file, value);
  }
  await endWatch(guest);
};
