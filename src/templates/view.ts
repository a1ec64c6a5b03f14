/** The names a template may use, and what they stand for. */
import type { Facts } from '../facts/facts.ts';
import type { Environment, Peer } from '../ovfenv/environment.ts';
import { secretsOf } from '../ovfenv/secrets.ts';
import type { Gathered } from '../resources/gather.ts';

export type Scalar = string | number | boolean;

export interface View {
  /** Null: the name is known, and nobody tells its value. */
  scalars: ReadonlyMap<string, Scalar | null>;
  lists: ReadonlyMap<string, readonly View[]>;
  /** Names whose values are secrets. */
  secrets: ReadonlySet<string>;
}

const property = (key: string): string => `property.${key}`;

/** An OVF property may be absent: in a section that is no mistake. */
export const isProperty = (name: string): boolean => name.startsWith('property.');

type Scalars = readonly (readonly [name: string, value: Scalar | null])[];

const viewOf = (
  scalars: Scalars,
  lists: Record<string, readonly View[]> = {},
  secrets: readonly string[] = [],
): View => ({
  scalars: new Map(scalars),
  lists: new Map(Object.entries(lists)),
  secrets: new Set(secrets),
});

export const emptyView: View = viewOf([]);

const propertiesOf = (properties: Readonly<Record<string, string>>): Scalars =>
  Object.entries(properties).map(([key, value]) => [property(key), value] as const);

const keysOf = (properties: Readonly<Record<string, string>> | undefined): string[] =>
  Object.keys(properties ?? {}).map(property);

const peerView = ({ id, properties }: Peer, secrets: readonly Peer[]): View =>
  viewOf([['id', id], ...propertiesOf(properties)], {}, keysOf(secrets.find(peer => peer.id === id)?.properties));

/** What was observed, under the names of the README's table. */
export const templateView = (
  { detection, distribution, runningRelease }: Pick<Facts, 'detection' | 'distribution' | 'runningRelease'>,
  environment: Environment | null,
  { resources, effective, nodes }: Pick<Gathered, 'resources' | 'effective' | 'nodes'>,
): View => {
  const secrets = environment === null ? { properties: {}, peers: [] } : secretsOf(environment);
  const scalars: Scalars = [
    ['hypervisor', detection.hypervisor],
    ['platform', detection.platform],
    ['distribution', distribution.id],
    ['kernel', runningRelease],
    ['id', environment?.id || null],
    ['cpus', effective.cpus],
    ['threads', effective.threads],
    ['memory', effective.memory],
    ['guaranteedMemory', effective.guaranteedMemory],
    ...Object.entries(resources).map(([name, { value }]) => [`resource.${name}`, value] as const),
    ...propertiesOf(environment?.properties ?? {}),
  ];
  const lists = {
    peers: (environment?.peers ?? []).map(peer => peerView(peer, secrets.peers)),
    adapters: (environment?.adapters ?? []).map(({ mac, network }) =>
      viewOf([
        ['mac', mac],
        ['network', network],
      ]),
    ),
    nodes: nodes.map(({ node, cpus, memory }) =>
      viewOf([
        ['node', node],
        ['cpus', cpus],
        ['memory', memory],
      ]),
    ),
  };
  return viewOf(scalars, lists, keysOf(secrets.properties));
};

/** The same with names of a template's own. */
export const withValues = (view: View, values: Readonly<Record<string, Scalar>>): View => ({
  ...view,
  scalars: new Map([...view.scalars, ...Object.entries(values)]),
});
