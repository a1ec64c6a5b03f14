/** Makes an image right for every machine, as far as it can: journaled steps, programs where they may run, and a list of what is left. */

import { deviceNamesAction } from '../../actions/device-names.ts';
import { imageAction } from '../../actions/image.ts';
import { type Actions, actionFor } from '../../actions/registry.ts';
import { planDeviceNames } from '../../devicenames/steps.ts';
import { saying } from '../../errors.ts';
import type { WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import { prepareNotice } from '../../notices/prepare.ts';
import type { Step } from '../../profiles/step.ts';
import { openJournal } from '../../state/journal.ts';
import type { Image } from '../image.ts';
import type { Matrix } from '../matrix.ts';
import { planFallback } from './fallback.ts';
import { planIdentity } from './identity.ts';
import { planInitramfs } from './initramfs.ts';
import type { Mends } from './mends.ts';
import type { Program } from './program.ts';
import { perform } from './program.ts';

export interface Mended {
  done: Step[];
  /** What a person, or a program inside the image, still has to do. */
  left: Notice[];
}

export const nothingMended: Mended = { done: [], left: [] };

const actions: Partial<Actions> = { 'device-names': deviceNamesAction, image: imageAction };

const renamed: Program = { tool: 'update-grub', args: [], why: 'device names in /etc/default/grub' };

const planNames = async (guest: WritableGuest): Promise<Mends> => {
  const { steps, notices } = await planDeviceNames(guest);
  const inDefaults = steps.some(({ path }) => path.startsWith('/etc/default/grub'));
  return { steps, programs: inDefaults ? [renamed] : [], left: notices };
};

/**
 * @param whole also what is done only on request: SSH host keys, cloud-init's memory
 */
const planMends = async (guest: WritableGuest, image: Image, matrix: Matrix, whole: boolean): Promise<Mends> => {
  const parts = [
    await planNames(guest),
    await planFallback(guest),
    await planInitramfs(image, matrix),
    await planIdentity(guest, whole),
  ];
  return {
    steps: parts.flatMap(({ steps }) => steps),
    programs: parts.flatMap(({ programs }) => programs),
    left: parts.flatMap(({ left }) => left),
  };
};

/** Never throws for a step that cannot be made: it is left. */
export const mend = async (
  guest: WritableGuest,
  image: Image,
  matrix: Matrix,
  { whole }: { whole: boolean },
): Promise<Mended> => {
  const { steps, programs, left } = await planMends(guest, image, matrix, whole);
  const journal = openJournal(guest);
  const mended: Mended = { done: [], left: [...left] };
  for (const step of steps) {
    try {
      const action = actionFor(actions, step.kind);
      if (action === null || (await action.check(step, guest)).state !== 'pending') continue;
      await action.apply(step, guest, journal);
      mended.done.push(step);
    } catch (error) {
      mended.left.push(prepareNotice('mend-failed', step.id, saying(error)));
    }
  }
  for (const program of programs) {
    const failed = await perform(guest, program);
    if (failed !== null) mended.left.push(failed);
  }
  return mended;
};
