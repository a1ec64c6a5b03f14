import type { environmentJson } from '../ovfenv/json.ts';
import type { LookAround } from '../ovfenv/read.ts';
import { columns, heading, notices } from './paint.ts';

type EnvironmentDocument = ReturnType<typeof environmentJson>;

/** What the appliance's descriptor says of a property. */
const declared = (declaration: EnvironmentDocument['declarations'][string] | undefined): string =>
  declaration === undefined ? '' : [declaration.type, declaration.label].filter(Boolean).join(', ');

/** Where it came from, then its properties (secrets masked by the caller), then the peers. */
export const describeEnvironment = (environment: EnvironmentDocument | null, asked: LookAround['asked']): string => {
  const looked = columns(asked.map(({ transport, ms }) => [`asked ${transport}`, `${Math.round(ms)} ms`]));
  if (environment === null) return `${heading('no environment')}${looked}`;
  const { transport, source, stale, id, platform, properties, declarations, peers, adapters, vmware } = environment;
  return [
    heading(`${transport} ${source}${stale ? ' (stale: the last one read)' : ''}`),
    columns([
      ['id', id ?? ''],
      ['platform', [platform?.kind, platform?.version, platform?.vendor].filter(Boolean).join(' ')],
      ...(vmware === null
        ? []
        : [['vmware', `vCenter ${vmware.vCenterId ?? '-'}, host ${vmware.esxId ?? '-'}`] as const]),
      ...Object.entries(properties).map(([key, value]) => [key, value, declared(declarations[key])] as const),
      ...peers.map(peer => [
        `peer ${peer.id}`,
        Object.entries(peer.properties)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      ]),
      ...adapters.map(({ mac, network, unitNumber }) => [
        `adapter ${mac}`,
        [network, unitNumber === null ? '' : `unit ${unitNumber}`].filter(Boolean).join(', '),
      ]),
    ]),
    looked,
    notices(environment.notices),
  ].join('');
};
