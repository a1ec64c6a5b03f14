import { actionNotice } from '../../notices/actions.ts';
import type { ModulesStep, Standing } from '../../profiles/step.ts';
import type { Decision } from './decision.ts';

/** An administrator's decision as a standing; null when there is none. */
export const decided = (step: ModulesStep, current: string | null, decision: Decision): Standing | null => {
  if (decision === null) return null;
  return 'unknown' in decision
    ? { current, state: 'blocked', by: actionNotice('module-undecided', step.id, decision.unknown) }
    : { current, state: 'overridden', by: actionNotice('module-administrator', step.id, decision.line) };
};

export const blocked = (
  step: ModulesStep,
  current: string | null,
  code: Parameters<typeof actionNotice>[0],
  detail = '',
): Standing => ({ current, state: 'blocked', by: actionNotice(code, step.id, detail) });
