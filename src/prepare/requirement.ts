import type { Finding } from './finding.ts';
import type { Image } from './image.ts';
import type { Target } from './target.ts';

/** What must hold for an image to come up somewhere, and be of use there. */
export interface Requirement {
  /** `disk`: stable, for scripts, and the heading of its column. */
  id: string;
  /** What is asked, for people. */
  title: string;
  reference: string;
  /** `image`: the answer is the same for every target. */
  of: 'image' | 'target';
  /** Looks at the image once; what comes back judges each target and looks no more. */
  look(image: Image): Promise<(target: Target) => Finding>;
}
