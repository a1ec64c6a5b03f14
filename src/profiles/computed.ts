/** The chosen profile with its computed values in their places. Loads the library of expressions only where there is one. */
import type { Facts } from '../facts/facts.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Line, Profile } from './schema.ts';
import { eachLine, linesOf } from './sections.ts';

const isComputed = (value: unknown): value is string => typeof value === 'string' && value.startsWith('=');

/** The fields of a line that are not values. */
const SAID = ['when', 'reason', 'reference'];

const expressionsIn = (line: Line): [key: string, value: string][] =>
  Object.entries(line).flatMap(([key, value]): [string, string][] =>
    isComputed(value) && !SAID.includes(key) ? [[key, value]] : [],
  );

/** A line with a value that cannot be computed here is a Notice, and left out. */
export const computedHere = async (
  profile: Profile,
  facts: Facts,
): Promise<{ profile: Profile; notices: Notice[] }> => {
  const notices: Notice[] = [];
  if (linesOf(profile).every(line => expressionsIn(line).length === 0)) return { profile, notices };
  const { compute } = await import('./expression.ts');
  const computed = eachLine(profile, (line, name) => {
    const texts: Record<string, string> = {};
    for (const [key, value] of expressionsIn(line)) {
      const result = compute(value, facts);
      if ('text' in result) texts[key] = result.text;
      else notices.push(profileNotice('value-not-computed', name, `${value.slice(1).trim()}: ${result.failed}`));
    }
    return expressionsIn(line).every(([key]) => key in texts) ? { ...line, ...texts } : null;
  });
  return { profile: computed, notices };
};
