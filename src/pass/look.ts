/** The first look at a boot: what the unchanged path and the full pass both need. No library, no program. */
import type { Detection } from '../detect/detection.ts';
import type { Guest } from '../guest/guest.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { readLast } from '../ovfenv/last.ts';
import { fetchEnvironment, type LookAround } from '../ovfenv/read.ts';
import { isSealed } from '../state/sealed.ts';
import { fingerprint } from './fingerprint.ts';
import { udevSettled } from './settled.ts';

export interface Look {
  detection: Detection;
  seen: BootSeen;
  sealed: boolean;
  environment: LookAround;
  fingerprint: string;
}

/** @param deadline on the guest's monotonic clock, milliseconds: waiting for devices ends half-way there. */
export const lookAround = async (
  guest: Guest,
  detection: Detection,
  seen: BootSeen,
  deadline: number,
): Promise<Look> => {
  const now = guest.clock.monotonic();
  await udevSettled(guest, now + (deadline - now) / 2);
  const environment = await fetchEnvironment(guest, detection);
  const sealed = await isSealed(guest);
  const digest = environment.sha256 ?? (await readLast(guest)).last?.sha256 ?? null;
  const remarks = environment.notices.map(({ code, subject }) => `${code} ${subject}`);
  const known = { seen, hypervisor: detection.hypervisor, sealed, environment: digest, remarks };
  return { detection, seen, sealed, environment, fingerprint: await fingerprint(guest, known) };
};
