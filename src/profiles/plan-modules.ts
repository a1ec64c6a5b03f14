import type { Facts } from '../facts/facts.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Planned } from './planned.ts';
import type { ModulesLine, Profile } from './schema.ts';
import type { ModulesStep } from './step.ts';

type Wanted = Pick<ModulesStep, 'wish' | 'module' | 'desired' | 'parameter'>;

const wantedBy = ({ load, keepOut, module, parameter, value }: ModulesLine): Wanted[] => {
  if (module !== undefined) return [{ wish: 'parameter', module, parameter: parameter ?? '', desired: value ?? '' }];
  const loaded = (load ?? []).map(name => ({ wish: 'load' as const, module: name, desired: 'loaded' }));
  return [
    ...loaded,
    ...(keepOut ?? []).map(name => ({ wish: 'keep-out' as const, module: name, desired: 'kept out' })),
  ];
};

/** Loading and keeping out exclude each other, so they share one place in the plan; each parameter has its own. */
const placeOf = ({ module, parameter }: Wanted): string => [module, parameter ?? ''].join(' ');

const idOf = ({ wish, module, parameter }: Wanted): string =>
  `modules:${wish}:${module}${parameter === undefined ? '' : `.${parameter}`}`;

/** What drives a disk or a network card in use is kept, whatever a profile says. */
const isVital = ({ wish, module }: Wanted, { devices }: Facts): boolean =>
  wish === 'keep-out' &&
  devices.some(({ driver, class: kind }) => kind !== 'other' && driver?.replaceAll('-', '_') === module);

/**
 * Modules the running kernel has. Of two lines about one module the later counts, so that
 * a child's line wins; the order is that of the profile, for a module may want its elder loaded before it.
 */
export const planModules = (facts: Facts, profile: Profile): Planned => {
  const steps = new Map<string, ModulesStep>();
  const notices: Notice[] = [];
  const there = new Set(facts.modules);
  for (const line of profile.modules) {
    const { reason, reference } = line;
    for (const wanted of wantedBy(line)) {
      if (!there.has(wanted.module)) continue;
      if (isVital(wanted, facts)) notices.push(profileNotice('module-vital', wanted.module));
      else {
        const lasts = wanted.wish === 'load' ? 'persistent' : 'boot';
        steps.set(placeOf(wanted), { id: idOf(wanted), kind: 'modules', ...wanted, reason, reference, lasts });
      }
    }
  }
  return { steps: [...steps.values()], notices };
};
