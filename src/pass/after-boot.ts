/** Steps that take minutes: not on the way up, but in the background afterwards, or when a person asks. */
import type { Path, WritableGuest } from '../guest/guest.ts';
import type { InitramfsStep, PackageStep, StepKind } from '../profiles/step.ts';
import type { PlannedStep, RecordedPass } from '../state/state.ts';

export type SlowStep = InitramfsStep | PackageStep;

/** Packages first: a kernel that comes with them needs an initramfs as well. */
export const AFTER_BOOT: readonly StepKind[] = ['package', 'initramfs'] satisfies SlowStep['kind'][];

/** What the plan leaves for later, in the order in which it is done. */
export const slowSteps = (planned: readonly PlannedStep[]): SlowStep[] =>
  AFTER_BOOT.flatMap(kind =>
    planned.flatMap(({ step, standing }) =>
      step.kind === kind && standing.state === 'pending' ? [step as SlowStep] : [],
    ),
  );

/** There, with what waits, a step a line, enlighten-background.service runs; otherwise not even that is started. */
const WAITING: Path = '/run/enlighten/background';

export const announceAfterBoot = async (guest: WritableGuest, { enforced, plan }: RecordedPass): Promise<void> => {
  const waiting = slowSteps(plan.steps);
  if (!enforced || waiting.length === 0) return guest.remove(WAITING);
  await guest.replace(WAITING, waiting.map(({ id }) => `${id}\n`).join(''));
};
