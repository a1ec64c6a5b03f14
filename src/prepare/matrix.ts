/** Will this image boot there? Each target against each requirement. */
import type { Finding } from './finding.ts';
import type { Image } from './image.ts';
import type { Requirement } from './requirement.ts';
import { requirements } from './requirements/index.ts';
import type { Target } from './target.ts';

export interface Cell {
  requirement: string;
  finding: Finding;
}

export interface MatrixRow {
  target: Target;
  /** Every vital requirement holds; null: that cannot be told. */
  boots: boolean | null;
  /** Releases of the kernels besides the first that have the drivers there: only they can be tried. */
  able: readonly string[];
  cells: readonly Cell[];
}

export interface Matrix {
  /** Release of the kernel that boots on a machine it has never seen; null without any. */
  first: string | null;
  /** Whether the loader knows that already. */
  decided: boolean;
  kernels: readonly string[];
  /** What holds or does not whatever the target. */
  image: readonly Cell[];
  rows: readonly MatrixRow[];
}

/** One thing that is vital and missing is enough; one that cannot be told is enough not to promise. */
const verdict = (cells: readonly Cell[]): boolean | null => {
  const vital = cells.filter(({ finding }) => finding.vital).map(({ finding }) => finding.state);
  if (vital.includes('missing')) return false;
  return vital.includes('unknown') ? null : true;
};

const drivers = ['disk', 'nic'];

const ableIn = (cells: readonly Cell[], { kernels, first }: Image): string[] => {
  const each = cells.filter(({ requirement }) => drivers.includes(requirement)).map(({ finding }) => finding.kernels);
  const fits = (release: string) => each.every(all => all?.some(one => one.release === release && one.state === 'ok'));
  return kernels.map(({ release }) => release).filter(release => release !== first?.release && fits(release));
};

type Judge = { requirement: Requirement; judge: (target: Target) => Finding };

const cellsOf = (judges: readonly Judge[], target: Target): Cell[] =>
  judges.map(({ requirement, judge }) => ({ requirement: requirement.id, finding: judge(target) }));

/** The same whatever the target, so any one of them is asked about. */
const ofImage = (judges: readonly Judge[], [any]: readonly Target[]): Cell[] =>
  any === undefined ? [] : cellsOf(judges, any);

export const matrixOf = async (image: Image, targets: readonly Target[]): Promise<Matrix> => {
  const judges: Judge[] = [];
  for (const requirement of requirements) judges.push({ requirement, judge: await requirement.look(image) });
  const rows = targets.map(target => {
    const cells = cellsOf(
      judges.filter(({ requirement }) => requirement.of === 'target'),
      target,
    );
    return { target, boots: verdict(cells), able: ableIn(cells, image), cells };
  });
  return {
    first: image.first?.release ?? null,
    decided: image.decided,
    kernels: image.kernels.map(({ release }) => release),
    image: ofImage(
      judges.filter(({ requirement }) => requirement.of === 'image'),
      targets,
    ),
    rows,
  };
};
