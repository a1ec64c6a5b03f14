/** Who runs the hypervisor. Independent of which one it is: bare-metal machines of a cloud have a platform and no hypervisor. */
import { type Evidence, type Platform, platforms } from './detection.ts';

/** The platform that some evidence names; where two do, the first in the table. */
export const platformIn = (evidence: readonly Evidence[]): Platform | null =>
  platforms.find(platform => evidence.some(({ supports }) => supports === platform)) ?? null;
