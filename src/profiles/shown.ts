/** A profile's lines one by one, for people and for `profiles show --json`. Pure. */
import type { Condition, Line, ModulesLine, Profile, SysctlLine } from './schema.ts';
import { blockAttributes, type Lasts } from './step.ts';

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

const ofSysctl = ({ value, atLeast }: SysctlLine): string | undefined =>
  atLeast === undefined ? value : `at least ${atLeast}`;

const ofModules = (line: ModulesLine): Omit<Said, 'line' | 'lasts'>[] => {
  const { load = [], keepOut = [], module, parameter, value } = line;
  return [
    ...load.map(name => ({ id: `load:${name}`, value: 'loaded' })),
    ...keepOut.map(name => ({ id: `keep-out:${name}`, value: 'kept out' })),
    { id: `parameter:${module}.${parameter}`, value },
  ];
};

const saidBy = ({ kernel, initramfs, modules, sysctl, block }: Profile): Said[] => [
  ...kernel.map(line => ({
    ...{ line, id: `kernel:${line.distribution}`, value: line.prefer.join(', ') },
    lasts: 'persistent' as const,
  })),
  ...initramfs.map(line => ({
    ...{ line, id: 'initramfs', value: line.drivers.join(', ') },
    lasts: 'persistent' as const,
  })),
  ...modules.flatMap(line =>
    ofModules(line).map(({ id, value }) => ({ line, id: `modules:${id}`, value, lasts: 'boot' as const })),
  ),
  ...Object.entries(sysctl).map(([name, line]) => ({
    ...{ line, id: `sysctl:${name}`, value: ofSysctl(line) },
    lasts: 'boot' as const,
  })),
  ...block.flatMap(line =>
    blockAttributes.map(attribute => ({
      ...{ line, id: `block:${line.driver}:${attribute}`, value: line[attribute] },
      lasts: 'boot' as const,
    })),
  ),
];

/** @param chain the profiles it was put together from: its lines are theirs, the very objects */
export const shownLines = (profile: Profile, chain: readonly Profile[]): ShownLine[] =>
  saidBy(profile).flatMap(({ line, id, value, lasts }) => {
    if (value === undefined) return [];
    const { when, reason, reference } = line;
    const from = chain.find(one => saidBy(one).some(said => said.line === line))?.name ?? profile.name;
    return [{ id, value, condition: when ?? null, reason, reference, lasts, from }];
  });
