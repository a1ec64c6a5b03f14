import type { Planned } from './planned.ts';
import type { Profile, UnitsLine } from './schema.ts';
import type { UnitsStep } from './step.ts';
import { directives, unitDirectives } from './where.ts';

/** The unit's own section: `[Slice]` of a slice, `[Service]` of a service. */
const sectionOf = (unit: string): string => (unit.endsWith('.slice') ? 'Slice' : 'Service');

/** Directives that only services have are left out of a slice. */
const assignments = (unit: string, lines: readonly UnitsLine[]): string[] =>
  directives.flatMap(directive => {
    const value = lines.findLast(line => line[directive] !== undefined)?.[directive];
    const fits = unitDirectives[directive] === 'control' || sectionOf(unit) === 'Service';
    return value !== undefined && fits ? [`${directive}=${value}`] : [];
  });

const stepOf = (unit: string, lines: readonly UnitsLine[]): UnitsStep[] => {
  const assigned = assignments(unit, lines);
  const last = lines.at(-1);
  if (last === undefined || assigned.length === 0) return [];
  const { reason, reference } = last;
  return [
    {
      ...{ id: `units:${unit}`, kind: 'units', unit, desired: assigned.join(' ') },
      path: `/run/systemd/system/${unit}.d/50-enlighten.conf`,
      content: ['# By enlighten, for this boot only.', `[${sectionOf(unit)}]`, ...assigned, ''].join('\n'),
      ...{ reason, reference, lasts: 'boot' },
    },
  ];
};

/** A drop-in for each unit; of several lines about one directive the last counts, so that a child's line wins. */
export const planUnits = ({ units }: Profile): Planned => ({
  steps: [...new Set(units.map(({ unit }) => unit))].sort().flatMap(unit =>
    stepOf(
      unit,
      units.filter(line => line.unit === unit),
    ),
  ),
  notices: [],
});
