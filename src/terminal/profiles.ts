import type { Condition } from '../profiles/schema.ts';
import type { ShownLine } from '../profiles/shown.ts';
import { columns, heading, paint } from './paint.ts';

interface Listed {
  name: string;
  source: string;
  extends: string | null;
  match: object | null;
  chosen: boolean;
}

const inWords = (criteria: object): string =>
  Object.entries(criteria)
    .map(([key, wanted]) => `${key} ${Array.isArray(wanted) ? wanted.join(' or ') : wanted}`)
    .join(', ');

/** Those that hold here are marked. */
export const describeProfiles = (profiles: readonly Listed[]): string =>
  columns(
    profiles.map(({ name, source, extends: parent, match, chosen }) => [
      chosen ? paint('green', '✓') : ' ',
      name,
      source,
      parent === null ? '' : `extends ${parent}`,
      match === null ? '' : inWords(match),
    ]),
  );

const describeLine = ({ id, value, condition, reason, reference, lasts, from }: ShownLine): string =>
  [
    `${id}: ${value}  ${paint('gray', `${from}, ${lasts}`)}`,
    ...(condition === null ? [] : [`    where ${inWords(condition satisfies Condition)}`]),
    `    ${reason}`,
    `    ${paint('gray', reference)}\n`,
  ].join('\n');

export const describeProfile = (profile: {
  name: string;
  extends: readonly string[];
  lines: readonly ShownLine[];
}): string =>
  heading([`profile ${profile.name}`, ...profile.extends.map(name => `extends ${name}`)].join(', ')) +
  profile.lines.map(describeLine).join('');
