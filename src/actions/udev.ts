/**
 * A udev rule for disks and cards that are plugged in later. udevd looks for changed rules by itself when an event comes, at most every
 * three seconds (systemd, src/udev/udevd.c); so no program is run. An administrator's rule for the same attribute wins.
 */
import type { UdevStep } from '../profiles/step.ts';
import type { Action } from './action.ts';
import { decided } from './attribute.ts';
import { ruleAbout } from './decision.ts';
import { putFile, standsAt, takeFile } from './file.ts';

const nothingMore = async (): Promise<void> => undefined;

export const udevAction: Action<UdevStep> = {
  async check(step, guest) {
    const standing = await standsAt(step, guest);
    if (standing.state === 'satisfied') return standing;
    return decided(step.id, standing.current, await ruleAbout(guest, step.attribute, null)) ?? standing;
  },
  apply: (step, guest, journal) => putFile(step, guest, journal, nothingMore),
  undo: (entry, guest, journal) => takeFile(entry, guest, journal, nothingMore),
};
