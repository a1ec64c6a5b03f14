/**
 * Which properties are secrets. OVF marks a password only in the descriptor (`ovf:password`), never in the environment, which
 * carries it in clear text; so a property is a secret when the descriptor says so, when its key looks like one, or when its value
 * does. Rather one too many.
 */
import type { Declaration } from './descriptor/declaration.ts';
import type { Environment, Peer } from './environment.ts';

/** What is printed in place of a secret. */
const mask = '********';

/**
 * In any part of the key, in any case: password, passwd, passphrase, pwd, secret, token, credential, private key,
 * api key; and cloud-init's user-data and Azure's custom data, which carry password hashes and keys.
 */
const tellingKey =
  /passw(or)?d|passphrase|pwd|secret|token|credential|(private|api)[-_. ]?key|(user|custom)[-_.]?data/i;

/** A password in a URL (RFC 3986 §3.2.1), a private key (RFC 7468 §10), a password's hash (crypt(5)). Each begins with its own text: linear time. */
const tellingValue = /:\/\/[^\s/?#@:]*:[^\s/?#@]+@|-----BEGIN [A-Z ]{0,40}PRIVATE KEY|^\$(?:1|2[abxy]|5|6|7|y|gy)\$/;

export const isSecret = (key: string, value = ''): boolean => tellingKey.test(key) || tellingValue.test(value);

type Properties = Record<string, string>;
type Test = (key: string, value: string) => boolean;

const secretIn = ({ passwords }: Environment): Test => {
  const declared = new Set(passwords);
  return (key, value) => declared.has(key) || isSecret(key, value);
};

const select = (properties: Properties, wanted: Test): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([key, value]) => wanted(key, value)));

/** A secret's default is one, too: vendors write the password the appliance starts with there. */
const hidden = (declaration: Declaration, instead: string | null): Declaration => ({
  ...declaration,
  default: declaration.default === null ? null : instead,
  qualifiers: { ...declaration.qualifiers, valueMap: null },
});

const everywhere = (environment: Environment, instead: string | null): Environment => {
  const secret = secretIn(environment);
  const change = (properties: Properties): Properties =>
    instead === null
      ? select(properties, (key, value) => !secret(key, value))
      : Object.fromEntries(
          Object.entries(properties).map(([key, value]) => [key, secret(key, value) ? instead : value]),
        );
  return {
    ...environment,
    properties: change(environment.properties),
    declarations: Object.fromEntries(
      Object.entries(environment.declarations).map(([key, declaration]) => [
        key,
        secret(key, declaration.default ?? '') ? hidden(declaration, instead) : declaration,
      ]),
    ),
    peers: environment.peers.map(peer => ({ ...peer, properties: change(peer.properties) })),
  };
};

/** The same environment with `********` in place of every secret: for people. */
export const withSecretsMasked = (environment: Environment): Environment => everywhere(environment, mask);

/** The same environment with the secret properties left out: for programs, which might take the mask for the value. */
export const withoutSecrets = (environment: Environment): Environment => everywhere(environment, null);

/** The secrets alone, of this machine and its peers. */
export const secretsOf = (environment: Environment): { properties: Properties; peers: Peer[] } => {
  const secret = secretIn(environment);
  return {
    properties: select(environment.properties, secret),
    peers: environment.peers
      .map(({ id, properties }) => ({ id, properties: select(properties, secret) }))
      .filter(({ properties }) => Object.keys(properties).length > 0),
  };
};
