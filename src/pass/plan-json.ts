/** The `plan --json` contract (design.md). */
import type { PlannedStep } from '../state/state.ts';

export const planJson = (plan: { profile: string; steps: PlannedStep[] }, drifted: readonly string[] = []) => ({
  schemaVersion: 1,
  profile: plan.profile,
  steps: plan.steps.map(({ step, standing }) => ({
    id: step.id,
    kind: step.kind,
    desired: step.desired,
    reason: step.reason,
    reference: step.reference,
    lasts: step.lasts,
    current: standing.current,
    state: standing.state,
    how: standing.how ?? null,
    by: 'by' in standing ? standing.by : null,
    drift: drifted.includes(step.id),
    ...('rejected' in step ? { rejected: step.rejected.map(({ release, by }) => ({ release, by })) } : {}),
    ...('arguments' in step ? { arguments: step.arguments } : {}),
    ...('when' in step ? { when: step.when } : {}),
  })),
});

export type PlanJson = ReturnType<typeof planJson>;
