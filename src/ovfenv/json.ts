/** The `env show --json` contract. */
import type { Declaration } from './descriptor/declaration.ts';
import type { Environment } from './environment.ts';
import { withSecretsMasked } from './secrets.ts';

export const schemaVersion = 1;

/** The document of `env show`, its fields in the order of the contract; secrets as `********` unless `reveal`. */
export const environmentJson = (environment: Environment, { reveal }: { reveal: boolean }) => {
  const shown = reveal ? environment : withSecretsMasked(environment);
  const { platform } = shown;
  return {
    schemaVersion,
    kind: shown.kind,
    transport: shown.transport,
    source: shown.source,
    stale: shown.stale,
    id: shown.id,
    platform: platform && {
      kind: platform.kind,
      version: platform.version,
      vendor: platform.vendor,
      locale: platform.locale,
      timezone: platform.timezone,
    },
    properties: shown.properties,
    declarations: Object.fromEntries(
      Object.entries(shown.declarations).map(([key, declaration]) => [key, declarationJson(declaration)]),
    ),
    peers: shown.peers.map(({ id, properties }) => ({ id, properties })),
    adapters: shown.adapters.map(({ mac, network, unitNumber }) => ({ mac, network, unitNumber })),
    vmware: shown.vmware && { vCenterId: shown.vmware.vCenterId, esxId: shown.vmware.esxId },
    files: shown.files,
    notices: shown.notices.map(({ code, subject, happened, remedy }) => ({ code, subject, happened, remedy })),
  };
};

const declarationJson = ({ type, default: standard, qualifiers, ...rest }: Declaration) => ({
  type,
  default: standard,
  qualifiers: {
    minLen: qualifiers.minLen,
    maxLen: qualifiers.maxLen,
    valueMap: qualifiers.valueMap,
    minValue: qualifiers.minValue,
    maxValue: qualifiers.maxValue,
    vmware: qualifiers.vmware,
  },
  userConfigurable: rest.userConfigurable,
  password: rest.password,
  class: rest.class,
  key: rest.key,
  instance: rest.instance,
  label: rest.label,
  description: rest.description,
  category: rest.category,
});
