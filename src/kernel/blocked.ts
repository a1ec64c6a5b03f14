import type { Notice } from '../notices/notice.ts';

/** Instead of a result: why it could not be had, and thereby why a kernel is not tried. */
export interface Blocked {
  blocked: Notice;
}

export const isBlocked = (result: object | null): result is Blocked => result !== null && 'blocked' in result;
