import type { Facts } from '../facts/facts.ts';
import type { Planned } from './planned.ts';
import type { Profile } from './schema.ts';
import type { ClockStep, TimeSyncStep } from './step.ts';

/** The host's clock for chrony; the last line counts. Whether the clock is there is seen when the step is checked. */
const referenceFor = (unit: string, { clock }: Profile): ClockStep[] => {
  const { ptp, options, reason, reference } = clock.findLast(line => line.ptp !== undefined) ?? {};
  if (ptp === undefined || options === undefined || reason === undefined || reference === undefined) return [];
  const desired = ['refclock PHC', `"${ptp}"`, options].join(' ').trim();
  return [{ id: 'clock:chrony', kind: 'clock', unit, ptp, options, desired, reason, reference, lasts: 'boot' }];
};

/** The host keeps it with the machine. VMware's tools alone can be told so from inside. */
const toolsAside = (unit: string, { tools }: Facts, { clock }: Profile): TimeSyncStep[] => {
  const line = clock.findLast(({ toolsSync }) => toolsSync !== undefined);
  const there = tools.some(({ id, installed }) => id === 'vmware' && installed);
  if (line?.toolsSync === undefined || !there) return [];
  const { toolsSync: desired, reason, reference } = line;
  return [{ id: 'time-sync:vmware', kind: 'time-sync', unit, desired, reason, reference, lasts: 'persistent' }];
};

/** Where chrony is. */
export const planClock = (facts: Facts, profile: Profile): Planned => {
  const { chrony } = facts;
  if (chrony === null) return { steps: [], notices: [] };
  return { steps: [...referenceFor(chrony, profile), ...toolsAside(chrony, facts, profile)], notices: [] };
};
