/** The environment as a capture carries it: never a password, and of the rest only what the agent itself is told. */
import { hash } from 'node:crypto';
import type { Environment } from '../ovfenv/environment.ts';
import { isSecret, withSecretsMasked } from '../ovfenv/secrets.ts';
import type { Blinder } from './blinder.ts';

export const MASK = '********';

/** Settings of the agent decide the plan; words for yes and no tell nothing. */
const OURS = /^enlighten(\.|$)/;
const YES_OR_NO = /^(true|false|yes|no|on|off|)$/i;

export const blindValue = (key: string, value: string, blind: Blinder): string => {
  if (isSecret(key, value)) return MASK;
  return OURS.test(key) || YES_OR_NO.test(value) ? value : blind.scrambled(value);
};

const blindAll = (properties: Record<string, string>, blind: Blinder): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, blindValue(key, value, blind)]));

/** What ovfenv/last.ts stores: on the replay it is the last environment read, and in force. */
export const storedEnvironment = (environment: Environment, blind: Blinder): string => {
  const { id, properties, peers, adapters, vmware, files } = withSecretsMasked(environment);
  const carried: Environment = {
    ...environment,
    id: id && blind.scrambled(id),
    properties: blindAll(properties, blind),
    peers: peers.map(peer => ({ id: blind.scrambled(peer.id), properties: blindAll(peer.properties, blind) })),
    adapters: adapters.map(adapter => ({
      ...adapter,
      mac: blind.text(adapter.mac),
      network: blind.scrambled(adapter.network),
    })),
    vmware: vmware && {
      vCenterId: vmware.vCenterId && blind.scrambled(vmware.vCenterId),
      esxId: vmware.esxId && blind.scrambled(vmware.esxId),
    },
    files: files.map(blind.scrambled),
    // Defaults of properties among them; the descriptor they come from is carried as a file.
    declarations: {},
    notices: [],
  };
  const sha256 = hash('sha256', JSON.stringify(carried), 'hex');
  return `${JSON.stringify({ schemaVersion: 1, sha256, environment: carried })}\n`;
};
