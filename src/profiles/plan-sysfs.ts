import type { Planned } from './planned.ts';
import type { Profile } from './schema.ts';
import type { SysfsStep } from './step.ts';

/** Files of /sys that belong to the machine as a whole: huge pages, clock source, memory that is plugged in. By path. */
export const planSysfs = ({ sysfs }: Profile): Planned => ({
  steps: Object.entries(sysfs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([path, { value, reason, reference }]): SysfsStep => ({
        ...{ id: `sysfs:${path}`, kind: 'sysfs', path: `/sys/${path}`, desired: value },
        ...{ reason, reference, lasts: 'boot' },
      }),
    ),
  notices: [],
});
