import type { Notice } from '../notices/notice.ts';
import type { Finding } from '../prepare/finding.ts';
import type { Cell, Matrix, MatrixRow } from '../prepare/matrix.ts';
import type { Mended } from '../prepare/mend/mend.ts';
import type { Target } from '../prepare/target.ts';
import { heading, paint, paragraph } from './paint.ts';

type Style = Parameters<typeof paint>[0];

const marks: Record<Finding['state'], [style: Style, mark: string]> = {
  ok: ['green', '✓'],
  missing: ['red', '✗'],
  unknown: ['yellow', '?'],
};

const verdicts = new Map<boolean | null, [style: Style, word: string]>([
  [true, ['green', 'yes']],
  [false, ['red', 'no']],
  [null, ['yellow', '?']],
]);

/** `1/2`: the first kernel and so many of all have the drivers. */
const markOf = (finding: Finding): [style: Style, mark: string] => {
  const { state, kernels = [], vital } = finding;
  const able = kernels.filter(kernel => kernel.state === 'ok').length;
  if (state === 'ok' && able < kernels.length) return ['green', `${able}/${kernels.length}`];
  const [style, mark] = marks[state];
  return [state === 'missing' && !vital ? 'yellow' : style, mark];
};

/** Padded by what is seen: paint adds letters that are not. */
const centred = (text: string, width: number, style?: Style): string => {
  const left = Math.floor((width - text.length) / 2);
  const padding = ' '.repeat(Math.max(0, left));
  return (
    padding + (style === undefined ? text : paint(style, text)) + ' '.repeat(Math.max(0, width - left - text.length))
  );
};

const line = (title: string, width: number, cells: readonly string[]): string =>
  `  ${title.padEnd(width)}  ${cells.join(' ')}`.trimEnd();

const rowOf = ({ target, boots, cells }: MatrixRow, width: number): string => {
  const [style, word] = verdicts.get(boots) ?? ['yellow', '?'];
  const found = cells.map(({ requirement, finding }) => {
    const [colour, mark] = markOf(finding);
    return centred(mark, requirement.length, colour);
  });
  return line(target.id, width, [centred(word, 'boots'.length, style), ...found]);
};

/** A family stands for all of its rows. */
const namesOf = (some: readonly Target[], all: readonly Target[]): string => {
  const whole = (family: string) => all.filter(one => one.family === family).every(one => some.includes(one));
  return [...new Set(some.map(({ id, family }) => (whole(family) ? family : id)))].join(' ');
};

interface Told {
  requirement: string;
  finding: Finding;
  by: Notice;
  /** Empty for what is of the image. */
  targets: Target[];
}

/** Cells of one requirement that say the same are told once, with all the targets they are about. */
const grouped = ({ image, rows }: Matrix): Told[] => {
  const groups = new Map<string, Told>();
  const add = ({ requirement, finding }: Cell, targets: Target[]) => {
    if (finding.state === 'ok') return;
    const { by } = finding;
    const key = JSON.stringify([requirement, by, finding.vital]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { requirement, finding, by, targets });
    else group.targets.push(...targets);
  };
  for (const cell of image) add(cell, []);
  for (const { target, cells } of rows) for (const cell of cells) add(cell, [target]);
  return [...groups.values()];
};

/** Vital things first, each requirement in the order of its column. */
const told = (matrix: Matrix): string => {
  const all = matrix.rows.map(({ target }) => target);
  const order = [...matrix.image, ...(matrix.rows[0]?.cells ?? [])].map(({ requirement }) => requirement);
  const rank = ({ requirement, finding }: Told) => (finding.vital ? 0 : order.length) + order.indexOf(requirement);
  return grouped(matrix)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ requirement, finding, by, targets }) => {
      const [style, mark] = markOf(finding);
      const where = targets.length === all.length || targets.length === 0 ? 'everywhere' : namesOf(targets, all);
      const title = `${paint(style, mark)} ${requirement}, ${finding.vital ? paint('bold', where) : where}\n`;
      return title + paragraph(`${by.subject}: ${by.happened}`, '    ') + paragraph(`→ ${by.remedy}`, '    ', '      ');
    })
    .join('');
};

/** What the kernels besides the first could be tried on. */
const othersOf = ({ kernels, first, rows }: Matrix): string => {
  const all = rows.map(({ target }) => target);
  const lines = kernels
    .filter(release => release !== first)
    .map(release => {
      const unable = rows.filter(({ able }) => !able.includes(release)).map(({ target }) => target);
      if (unable.length === 0) return paragraph(`${release} has the drivers of all of them, too`);
      return paragraph(`${release} lacks drivers on: ${namesOf(unable, all)}`);
    });
  return lines.join('');
};

const firstOf = ({ first, decided }: Matrix): string => {
  if (first === null) return '  no kernel\n';
  return `  ${first} boots where the image has never been${decided ? '' : ', once it is sealed'}\n`;
};

/** The matrix, then each thing that is missing or cannot be told, with its remedy. */
export const describeMatrix = (matrix: Matrix): string => {
  const width = Math.max(...matrix.rows.map(({ target }) => target.id.length));
  const names = matrix.rows[0]?.cells.map(({ requirement }) => requirement) ?? [];
  const image = matrix.image.map(({ requirement, finding }) => {
    const [style, mark] = markOf(finding);
    return `${paint(style, mark)} ${requirement}`;
  });
  return [
    heading('kernels'),
    firstOf(matrix),
    othersOf(matrix),
    heading('image'),
    `  ${image.join('  ')}\n`,
    `${paint('bold', line('targets', width + 2, ['boots', ...names]).slice(2))}\n`,
    ...matrix.rows.map(row => `${rowOf(row, width)}\n`),
    told(matrix),
  ].join('');
};

/** What was changed, and what is left to do; nothing where nothing was to be done. */
export const describeMended = ({ done, left }: Mended): string =>
  [
    done.length === 0 ? '' : heading('done'),
    ...done.map(({ id, desired, reason }) => paragraph(`${id}: ${desired}. ${reason}`, `  ${paint('green', '✓')} `)),
    left.length === 0 ? '' : heading('left to do'),
    ...left.map(
      ({ subject, happened, remedy }) =>
        paragraph(`${subject}: ${happened}`) + paragraph(`→ ${remedy}`, '    ', '      '),
    ),
  ].join('');
