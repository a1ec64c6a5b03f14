import type { Notice } from '../notices/notice.ts';

/** How one of the image's kernels fares, where a requirement is the kernel's to meet. */
export interface KernelFinding {
  release: string;
  state: Finding['state'];
  /** `ahci, which this kernel does not have`; empty when nothing is. */
  lacks: readonly string[];
  /** All it lacks are modules the kernel has and its initramfs does not hold: building that anew would bring them. */
  rebuild: boolean;
}

/**
 * What was found about one requirement. `vital`: without it the machine would not come up there, neither boot nor be on the network;
 * everything else costs comfort.
 */
export type Finding = { vital: boolean; kernels?: readonly KernelFinding[] } & (
  | { state: 'ok'; reason: string }
  | { state: 'missing' | 'unknown'; by: Notice }
);

export const ok = (reason: string): Finding => ({ state: 'ok', vital: false, reason });
export const missing = (by: Notice, vital = false): Finding => ({ state: 'missing', vital, by });
export const unknown = (by: Notice, vital = false): Finding => ({ state: 'unknown', vital, by });
