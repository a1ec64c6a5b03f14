import type { environmentJson } from '../ovfenv/json.ts';
import type { LookAround } from '../ovfenv/read.ts';
import { columns, heading, notices } from './paint.ts';

type EnvironmentDocument = ReturnType<typeof environmentJson>;

/** Where it came from, then its properties (secrets masked by the caller), then the peers. */
export const describeEnvironment = (environment: EnvironmentDocument | null, asked: LookAround['asked']): string => {
  const looked = columns(asked.map(({ transport, ms }) => [`asked ${transport}`, `${Math.round(ms)} ms`]));
  if (environment === null) return `${heading('no environment')}${looked}`;
  const { transport, source, stale, id, platform, properties, peers } = environment;
  return [
    heading(`${transport} ${source}${stale ? ' (stale: the last one read)' : ''}`),
    columns([
      ['id', id ?? ''],
      ['platform', [platform?.kind, platform?.version, platform?.vendor].filter(Boolean).join(' ')],
      ...Object.entries(properties),
      ...peers.map(peer => [
        `peer ${peer.id}`,
        Object.entries(peer.properties)
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
      ]),
    ]),
    looked,
    notices(environment.notices),
  ].join('');
};
