import type { Bound, Effective } from '../resources/effective.ts';
import type { Gathered } from '../resources/gather.ts';
import { type Resource, type ResourceName, resourceNames, type Unit } from '../resources/resource.ts';
import { columns, harmless, heading, notices, paint, paragraph } from './paint.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

const bytes = (value: number): string =>
  value >= GIB ? `${(value / GIB).toFixed(1)} GiB` : `${(value / MIB).toFixed(0)} MiB`;

const amount = (value: Resource['value'], unit: Unit | null): string => {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return harmless(value);
  return unit === 'bytes' ? bytes(value) : [String(value), unit].filter(Boolean).join(' ');
};

/** Only the tightest bound explains itself; a person who wonders about the others finds them below. */
const because = ([first]: readonly Bound[]): string => (first === undefined ? '' : `${first.by}: ${first.reason}`);

const toBuildOn = ({ cpus, threads, memory, guaranteedMemory, bounds }: Effective): string =>
  columns([
    ['cpus', amount(cpus, null), because(bounds.cpus)],
    ['threads', amount(threads, null), ''],
    ['memory', amount(memory, 'bytes'), because(bounds.memory)],
    ['guaranteed', amount(guaranteedMemory, 'bytes'), ''],
  ]);

/** How much to build on and why; every value with where it was read; what nobody tells, by name alone. */
export const describeResources = ({ resources, nodes, effective, notices: all }: Gathered): string => {
  const told = (name: ResourceName): boolean => resources[name].value !== null;
  const rows = resourceNames.filter(told).map(name => {
    const { value, unit, title, source } = resources[name];
    return [name, amount(value, unit), title, paint('gray', source ?? '')];
  });
  const silent = resourceNames.filter(name => !told(name));
  const places = nodes.map(({ node, cpus, memory }) => [
    `node ${node}`,
    `processors ${cpus || 'none'}`,
    amount(memory, 'bytes'),
  ]);
  return [
    heading('to build on') + toBuildOn(effective),
    heading('told') + columns(rows),
    places.length === 0 ? '' : heading('nodes') + columns(places),
    silent.length === 0 ? '' : heading('not told') + paragraph(silent.join(' '), '  ', '  '),
    notices(all),
  ].join('');
};
