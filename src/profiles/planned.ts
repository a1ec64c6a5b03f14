import type { Notice } from '../notices/notice.ts';
import type { Step } from './step.ts';

/** What one part of planning found. */
export interface Planned {
  steps: Step[];
  notices: Notice[];
}
