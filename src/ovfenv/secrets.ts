/**
 * Which properties are secrets. OVF marks a password only in the descriptor (`ovf:password`), never in the environment,
 * which carries it in clear text; so a property is a secret when its key looks like one. Rather one too many.
 */
import type { Environment, Peer } from './environment.ts';

/** What is printed in place of a secret. */
const mask = '********';

/**
 * In any part of the key, in any case: password, passwd, passphrase, pwd, secret, token, credential, private key,
 * api key; and cloud-init's user-data and Azure's custom data, which carry password hashes and keys.
 */
const telling = /passw(or)?d|passphrase|pwd|secret|token|credential|(private|api)[-_. ]?key|(user|custom)[-_.]?data/i;

export const isSecret = (key: string): boolean => telling.test(key);

type Properties = Record<string, string>;

const select = (properties: Properties, wanted: (key: string) => boolean): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => wanted(key)));

const masked = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, isSecret(key) ? mask : value]));

const everywhere = (environment: Environment, change: (properties: Properties) => Properties): Environment => ({
  ...environment,
  properties: change(environment.properties),
  peers: environment.peers.map(peer => ({ ...peer, properties: change(peer.properties) })),
});

/** The same environment with `********` in place of every secret: for people. */
export const withSecretsMasked = (environment: Environment): Environment => everywhere(environment, masked);

/** The same environment with the secret properties left out: for programs, which might take the mask for the value. */
export const withoutSecrets = (environment: Environment): Environment =>
  everywhere(environment, properties => select(properties, key => !isSecret(key)));

/** The secrets alone, of this machine and its peers. */
export const secretsOf = (environment: Environment): { properties: Properties; peers: Peer[] } => ({
  properties: select(environment.properties, isSecret),
  peers: environment.peers
    .map(({ id, properties }) => ({ id, properties: select(properties, isSecret) }))
    .filter(({ properties }) => Object.keys(properties).length > 0),
});
