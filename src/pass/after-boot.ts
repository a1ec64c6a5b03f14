/** Steps that take minutes: not on the way up, but in the background afterwards, or when a person asks. */
import type { WritableGuest } from '../guest/guest.ts';
import type { StepKind } from '../profiles/step.ts';
import type { RecordedPass } from '../state/state.ts';

export const AFTER_BOOT: readonly StepKind[] = ['initramfs'];

/** There, enlighten-background.service runs; otherwise not even that is started. */
const FLAG = '/run/enlighten/after-boot';

export const announceAfterBoot = async (guest: WritableGuest, { enforced, plan }: RecordedPass): Promise<void> => {
  const waiting = plan.steps.some(
    ({ step, standing }) => AFTER_BOOT.includes(step.kind) && standing.state === 'pending',
  );
  if (enforced && waiting) await guest.replace(FLAG, '');
  else await guest.remove(FLAG);
};
