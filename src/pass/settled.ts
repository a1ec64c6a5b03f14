/**
 * "Absent" is concluded only after udev has settled: udevd keeps /run/udev/queue while events are queued, which is what
 * `udevadm settle` watches (systemd, src/udev/udevadm-settle.c). Watching it ourselves needs no child process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '../guest/guest.ts';

const POLL_MS = 20;
/** The queue appears when udevd has read the first event, a moment after the trigger has sent it. */
const QUIET_MS = 100;

/** Resolves when the queue stays empty, or at `deadline` (milliseconds of the guest's monotonic clock). */
export const udevSettled = async (guest: Guest, deadline: number): Promise<void> => {
  if (!guest.live) return;
  const { clock } = guest;
  let busy = clock.monotonic();
  while (clock.monotonic() < Math.min(deadline, busy + QUIET_MS)) {
    await sleep(POLL_MS);
    if ((await guest.stat('/run/udev/queue')) !== null) busy = clock.monotonic();
  }
};
