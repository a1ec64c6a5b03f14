/** The sections of a profile that tune: a value, where it goes, and why. Loads zod. */
import { z } from 'zod';
import { dotted, sysctlPath } from '../sysctl-name.ts';
import { blockAttributes, directives, networkAttributes } from '../where.ts';
import { because, number, value } from './fields.ts';
import { listOf, matching, strict, word } from './words.ts';

const oneOf = (names: readonly string[]) => ({
  check: (line: object): boolean => names.some(name => name in line),
  message: `expected at least one of ${names.join(', ')}`,
});

const each = <Name extends string, Type extends z.ZodType>(names: readonly Name[], type: Type) =>
  Object.fromEntries(names.map(name => [name, type.optional()])) as Record<Name, z.ZodOptional<Type>>;

export const sysctlLine = strict({
  value: value.optional(),
  /** Instead of `value`: larger numbers are left alone. */
  atLeast: number.optional(),
  ...because,
}).refine(line => (line.value === undefined) !== (line.atLeast === undefined), 'expected either value or atLeast');

export const sysctlName = z
  .string()
  .refine(name => sysctlPath(name) !== null && dotted(name) === name, 'expected a sysctl name such as vm.swappiness');

/** A file below /sys by its path: `kernel/mm/transparent_hugepage/enabled`. */
export const sysfsName = matching(
  /^(?!.*\.\.)[\w.:@+-]+(?:\/[\w.:@+-]+)+$/,
  'expected a path below /sys such as kernel/mm/transparent_hugepage/enabled',
);
export const sysfsLine = strict({ value, ...because });

/** Kernel drivers of the controller, or the card: `virtio_blk`. */
const driver = listOf(word, 'a list of kernel drivers');

const schedulerName = matching(/^[a-z][a-z0-9-]*$/, 'expected a scheduler such as none or mq-deadline');

export const blockLine = strict({
  driver,
  ...each(blockAttributes, number),
  scheduler: schedulerName.optional(),
  ...because,
}).refine(oneOf(blockAttributes).check, oneOf(blockAttributes).message);

const onOff = z.enum(['on', 'off'], { error: 'allowed: on, off' });
const mask = matching(/^[0-9a-f]{1,8}(?:,[0-9a-f]{8})*$|^=/, 'expected a hexadecimal mask of processors such as f');

export const networkLine = strict({
  driver,
  ...each(networkAttributes, number),
  ...{ gro: onOff.optional(), gso: onOff.optional(), tso: onOff.optional(), lro: onOff.optional() },
  ...{ rps_cpus: mask.optional(), xps_cpus: mask.optional() },
  ...because,
}).refine(oneOf(networkAttributes).check, oneOf(networkAttributes).message);

export const unitsLine = strict({
  unit: matching(/^[A-Za-z0-9:_.@-]+\.(?:service|slice)$/, 'expected a unit such as postgresql.service'),
  ...each(directives, value),
  ...because,
}).refine(oneOf(directives).check, oneOf(directives).message);

export const clockLine = strict({
  /** The PTP clock by the name its driver gives it: `KVM virtual PTP`. */
  ptp: matching(/^[ -~]+$/, "expected a PTP clock's name, as /sys/class/ptp/*/clock_name tells it").optional(),
  /** What chrony's refclock directive gets after the device: `poll 2`. */
  options: matching(/^[a-z0-9 .-]*$/, 'expected options of chrony’s refclock directive').optional(),
  /** Whether the hypervisor's own tools set the clock beside chrony: two that do so fight each other. */
  toolsSync: z.literal('off', { error: 'allowed: off' }).optional(),
  ...because,
})
  .refine(line => (line.ptp === undefined) !== (line.toolsSync === undefined), 'expected either ptp or toolsSync')
  .refine(line => (line.ptp === undefined) === (line.options === undefined), 'ptp and options go together');
