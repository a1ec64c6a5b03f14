/**
 * "Absent" is concluded only after udev has settled: udevd keeps /run/udev/queue while events are queued, which is what
 * `udevadm settle` watches (systemd, src/udev/udevadm-settle.c). Watching it ourselves needs no child process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guest } from '../guest/guest.ts';

const POLL_MS = 20;

/** Resolves when the queue is empty, or at `deadline` (milliseconds of the guest's monotonic clock). */
export const udevSettled = async (guest: Guest, deadline: number): Promise<void> => {
  if (!guest.live) return;
  while (guest.clock.monotonic() < deadline && (await guest.stat('/run/udev/queue')) !== null) await sleep(POLL_MS);
};
