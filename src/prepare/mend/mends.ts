import type { Notice } from '../../notices/notice.ts';
import type { Step } from '../../profiles/step.ts';
import type { Program } from './program.ts';

/** What there is to do, before anything is done. */
export interface Mends {
  steps: Step[];
  /** In order, after the steps. */
  programs: Program[];
  left: Notice[];
}
