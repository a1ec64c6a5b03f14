/**
 * Kernel modules of the running kernel. What is kept out, and parameters, are volatile: files are written to /run/modprobe.d only
 * (modprobe.d(5): read in the order of file names from /etc, /run and /usr/lib; a file in /etc hides one of the same name in /run).
 * What is loaded lasts, and is undone where the image moves to another hypervisor.
 */
import type { ModulesStep } from '../../profiles/step.ts';
import type { Action } from '../action.ts';
import { keepOut } from './keep-out.ts';
import { loading } from './loading.ts';
import { parameter } from './parameter.ts';

/** One action for one pass: a module that found nothing to drive is not asked twice. */
export const modulesAction = (): Action<ModulesStep> => {
  const byWish: Record<string, Action<ModulesStep>> = { load: loading(), 'keep-out': keepOut, parameter };
  const by = (wish: string | undefined): Action<ModulesStep> => byWish[wish ?? ''] ?? parameter;
  return {
    check: (step, guest) => by(step.wish).check(step, guest),
    apply: (step, guest, journal) => by(step.wish).apply(step, guest, journal),
    undo: (entry, guest, journal) => by(entry.id.split(':')[1]).undo(entry, guest, journal),
  };
};
