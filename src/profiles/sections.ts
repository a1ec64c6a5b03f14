/** The sections of a profile, as far as they are alike: lines in a list, or lines by name. */
import type { Facts } from '../facts/facts.ts';
import { holds } from './condition.ts';
import type { Line, Profile } from './schema.ts';

/** Each section, and what it is when nothing stands in it. */
const sections = {
  ...{ kernel: [], initramfs: [], commandLine: {}, modules: [] },
  ...{ sysctl: {}, sysfs: {}, block: [], network: [], units: [], clock: [] },
} satisfies Partial<Profile>;

export const emptyProfile = (name: string): Profile => ({ name, ...structuredClone(sections) });

export const linesOf = (profile: Profile): Line[] =>
  (Object.keys(sections) as (keyof typeof sections)[]).flatMap(section => Object.values<Line>(profile[section]));

type Change = <L extends Line>(line: L, name: string) => L | null;

/** The profile with each line as `change` would have it; null takes the line away. `name`: of the section, and of the line where it has one. */
export const eachLine = (profile: Profile, change: Change): Profile => {
  const changed = { ...profile };
  for (const section of Object.keys(sections) as (keyof typeof sections)[]) {
    const lines: Line[] | Record<string, Line> = profile[section];
    const entries = Object.entries(lines).flatMap(([name, line]) => {
      const kept = change(line, Array.isArray(lines) ? section : name);
      return kept === null ? [] : [[name, kept] as const];
    });
    Object.assign(changed, {
      [section]: Array.isArray(lines) ? entries.map(([, line]) => line) : Object.fromEntries(entries),
    });
  }
  return changed;
};

/** The profile with only those lines whose condition holds here: the others are as if they were not written. */
export const holdingHere = (profile: Profile, facts: Facts): Profile =>
  eachLine(profile, line => (holds(line.when, facts) ? line : null));
