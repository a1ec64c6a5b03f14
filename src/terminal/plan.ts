import type { Notice } from '../notices/notice.ts';
import type { planJson } from '../pass/plan-json.ts';
import type { Standing } from '../profiles/step.ts';
import { heading, notices, paint } from './paint.ts';

type PlanDocument = ReturnType<typeof planJson>;
type PlanRow = PlanDocument['steps'][number];

const marks: Record<Standing['state'], [style: Parameters<typeof paint>[0], mark: string]> = {
  satisfied: ['green', '✓'],
  pending: ['cyan', '→'],
  held: ['gray', '‖'],
  blocked: ['red', '✗'],
  overridden: ['gray', '='],
};

/** The chosen one is told by the step itself. */
const describeRejected = ({ rejected = [], desired }: PlanRow): string[] =>
  rejected
    .filter(({ release }) => release !== desired)
    .map(({ release, by }) => `    not ${release}: ${by.subject}: ${by.happened}`);

const describeStep = (row: PlanRow): string => {
  const { id, current, desired, state, reason, reference, how, by, drift, arguments: words = [] } = row;
  const [style, mark] = marks[state];
  const change = current === desired ? desired : `${current ?? '(none)'} → ${desired}`;
  const lines = [
    `${paint(style, mark)} ${id}: ${change}  ${paint('gray', drift ? `${state}, drifted` : state)}`,
    `    ${reason}`,
    `    ${paint('gray', reference)}`,
    ...(words.length === 0 ? [] : [`    with ${words.join(' ')}`]),
    ...(how === null ? [] : [`    ${how}`]),
    ...(by === null ? [] : [`    ${by.subject}: ${by.happened} ${by.remedy}`]),
    ...describeRejected(row),
  ];
  return `${lines.join('\n')}\n`;
};

/** Each step with current → desired, why, and the reference; then what a person should know besides. */
export const describePlan = ({ profile, steps }: PlanDocument, all: readonly Notice[]): string => {
  const told = steps.map(({ by }) => by?.code);
  return (
    heading(`profile ${profile || 'none'}`) +
    steps.map(describeStep).join('') +
    notices(all.filter(({ code }) => !told.includes(code)))
  );
};
