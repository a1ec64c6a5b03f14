/**
 * What a profile file may say. One source for the check, the types and the JSON Schema that editors use.
 * This file loads zod: import it dynamically, or for its types only.
 */
import { z } from 'zod';
import { hypervisors } from '../detect/detection.ts';
import { argumentLine, argumentName } from './schema/command-line.ts';
import type { condition } from './schema/condition.ts';
import { because, value } from './schema/fields.ts';
import {
  blockLine,
  clockLine,
  networkLine,
  sysctlLine,
  sysctlName,
  sysfsLine,
  sysfsName,
  unitsLine,
} from './schema/tuning.ts';
import { listOf, matching, strict, word } from './schema/words.ts';
import { counterpartOf } from './sysctl-name.ts';

const moduleName = matching(/^[a-z0-9][a-z0-9_]*$/i, 'expected the name of a kernel module, with _ for -');
const oneModule = moduleName.optional();
const someModules = listOf(moduleName, 'a list of kernel modules').optional();

const modulesLine = strict({
  /** Modules to load, in this order. */
  load: someModules,
  /** Modules that must not be loaded. */
  keepOut: someModules,
  /** The module whose `parameter` gets `value`. */
  module: oneModule,
  parameter: matching(/^\w+$/, 'expected the name of a module parameter').optional(),
  value: value.optional(),
  ...because,
})
  .refine(
    line => [line.load, line.keepOut, line.module].filter(wish => wish !== undefined).length === 1,
    'expected one of load, keepOut and module',
  )
  .refine(
    line =>
      [line.module, line.parameter, line.value].every(part => (part === undefined) === (line.module === undefined)),
    'module, parameter and value go together',
  );

const initramfsLine = strict({
  /** Drivers the initramfs must be able to load, in the order in which they should look for disks. */
  drivers: listOf(moduleName, 'a list of kernel modules'),
  ...because,
});

const kernelRule = strict({
  /** `ID` of os-release(5), or one of its `ID_LIKE`. */
  distribution: word,
  /** Flavours, best first. */
  prefer: listOf(word, 'a list of kernel flavours'),
  /** What brings the first of them from the distribution's repositories: used only with packages.network. */
  package: matching(/^[a-z0-9][a-z0-9+._-]*$/, 'expected the name of a package').optional(),
  /** Features without which none of them is worth the swap: symbols of the kernel's configuration that are `y` or `m`. */
  requires: z.array(matching(/^CONFIG_[A-Z0-9_]+$/, 'expected symbols such as CONFIG_KVM_GUEST')).optional(),
  ...because,
});

const match = strict({
  hypervisor: z
    .array(z.enum(hypervisors, { error: `allowed: ${hypervisors.join(', ')}` }), 'expected a list of hypervisors')
    .min(1)
    .optional(),
  platform: listOf(word, 'a list of platforms').optional(),
  /** Such a profile is chosen by enlighten.workload alone, and laid over the other one. */
  workload: listOf(word, 'a list of workloads').optional(),
}).refine(criteria => Object.keys(criteria).length > 0, 'expected hypervisor, platform or workload');

export const profileSchema = strict({
  name: word,
  /** A profile whose lines hold here as well, unless this one says otherwise. */
  extends: word.optional(),
  /** Absent: the profile is never chosen by detection. */
  match: match.optional(),
  kernel: z.array(kernelRule, 'expected a list').default([]),
  sysctl: z.record(sysctlName, sysctlLine, 'expected a mapping of sysctl names').default({}),
  sysfs: z.record(sysfsName, sysfsLine, 'expected a mapping of paths below /sys').default({}),
  block: z.array(blockLine, 'expected a list').default([]),
  network: z.array(networkLine, 'expected a list').default([]),
  units: z.array(unitsLine, 'expected a list').default([]),
  clock: z.array(clockLine, 'expected a list').default([]),
  modules: z.array(modulesLine, 'expected a list').default([]),
  initramfs: z.array(initramfsLine, 'expected a list').default([]),
  commandLine: z.record(argumentName, argumentLine, 'expected a mapping of kernel parameters').default({}),
}).superRefine((profile, context) => {
  for (const name of Object.keys(profile.sysctl)) {
    const other = counterpartOf(name);
    if (other === null || !Object.hasOwn(profile.sysctl, other) || name > other) continue;
    context.addIssue({ code: 'custom', path: ['sysctl', other], message: `${name} is set, too; only one can hold` });
  }
});

export type Profile = z.output<typeof profileSchema>;
export type Condition = z.output<typeof condition>;
/** What every line of every section has. */
export interface Line {
  when?: Condition | undefined;
  reason: string;
  reference: string;
}
export type KernelRule = z.output<typeof kernelRule>;
export type SysctlLine = z.output<typeof sysctlLine>;
export type BlockLine = z.output<typeof blockLine>;
export type NetworkLine = z.output<typeof networkLine>;
export type UnitsLine = z.output<typeof unitsLine>;
export type ModulesLine = z.output<typeof modulesLine>;

/** The JSON Schema of a profile file: schemas/profile.json is made of it (scripts/profile-schema.ts), for editors. */
export const profileJsonSchema = () => ({
  title: 'enlighten profile',
  description:
    'What should hold on one hypervisor: a file of /etc/enlighten/profiles.d. Every line has its reason and reference.',
  ...z.toJSONSchema(profileSchema, { io: 'input' }),
});
