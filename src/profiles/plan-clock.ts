import type { Facts } from '../facts/facts.ts';
import type { Planned } from './plan.ts';
import type { Profile } from './schema.ts';

/** The host's clock for chrony, where chrony is; the last line counts. Whether the clock is there is seen when the step is checked. */
export const planClock = ({ chrony }: Facts, { clock }: Profile): Planned => {
  const line = clock.at(-1);
  if (chrony === null || line === undefined) return { steps: [], notices: [] };
  const { ptp, options, reason, reference } = line;
  const id = 'clock:chrony';
  const desired = ['refclock PHC', `"${ptp}"`, options].join(' ').trim();
  return {
    steps: [{ id, kind: 'clock', unit: chrony, ptp, options, desired, reason, reference, lasts: 'boot' }],
    notices: [],
  };
};
