/** A profile's lines one by one, for people and for `profiles show --json`. Pure. */
import type { Condition, Line, ModulesLine, Profile, SysctlLine } from './schema.ts';
import type { Lasts } from './step.ts';
import { blockAttributes, directives, networkAttributes } from './where.ts';

export interface ShownLine {
  /** The step it becomes, as far as that is known without a machine: `sysctl:vm.swappiness`, `block:virtio_blk:scheduler`. */
  id: string;
  value: string;
  /** Where it holds; null: everywhere the profile does. */
  condition: Condition | null;
  reason: string;
  reference: string;
  lasts: Lasts;
  /** The profile it is written in. */
  from: string;
}

interface Said {
  line: Line;
  id: string;
  value: string | undefined;
  lasts: Lasts;
}

const volatile = (line: Line, id: string, value: string | undefined): Said => ({ line, id, value, lasts: 'boot' });
const persistent = (line: Line, id: string, value: string): Said => ({ line, id, value, lasts: 'persistent' });

const ofSysctl = ({ value, atLeast }: SysctlLine): string | undefined =>
  atLeast === undefined ? value : `at least ${atLeast}`;

const ofModules = (line: ModulesLine): Said[] => {
  const { load = [], keepOut = [], module, parameter, value } = line;
  return [
    ...load.map(name => persistent(line, `modules:load:${name}`, 'loaded')),
    ...keepOut.map(name => volatile(line, `modules:keep-out:${name}`, 'kept out')),
    volatile(line, `modules:parameter:${module}.${parameter}`, value),
  ];
};

const saidBy = (profile: Profile): Said[] => {
  const { kernel, initramfs, commandLine, modules, sysctl, sysfs, block, network, units, clock } = profile;
  return [
    ...kernel.map(line => persistent(line, `kernel:${line.distribution}`, line.prefer.join(', '))),
    ...initramfs.map(line => persistent(line, 'initramfs', line.drivers.join(', '))),
    ...Object.entries(commandLine).map(([name, line]) => persistent(line, `command-line:${name}`, line.value)),
    ...modules.flatMap(ofModules),
    ...Object.entries(sysctl).map(([name, line]) => volatile(line, `sysctl:${name}`, ofSysctl(line))),
    ...Object.entries(sysfs).map(([path, line]) => volatile(line, `sysfs:${path}`, line.value)),
    ...block.flatMap(line => blockAttributes.map(name => volatile(line, `block:${line.driver}:${name}`, line[name]))),
    ...network.flatMap(line =>
      networkAttributes.map(name => volatile(line, `network:${line.driver}:${name}`, line[name])),
    ),
    ...units.flatMap(line => directives.map(name => volatile(line, `units:${line.unit}:${name}`, line[name]))),
    ...clock.map(line =>
      line.toolsSync === undefined
        ? volatile(line, 'clock:chrony', `refclock PHC "${line.ptp}" ${line.options}`)
        : persistent(line, 'time-sync', line.toolsSync),
    ),
  ];
};

/** @param chain the profiles it was put together from: its lines are theirs, the very objects */
export const shownLines = (profile: Profile, chain: readonly Profile[]): ShownLine[] =>
  saidBy(profile).flatMap(({ line, id, value, lasts }) => {
    if (value === undefined) return [];
    const { when, reason, reference } = line;
    const from = chain.find(one => saidBy(one).some(said => said.line === line))?.name ?? profile.name;
    return [{ id, value, condition: when ?? null, reason, reference, lasts, from }];
  });
