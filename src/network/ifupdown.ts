/** /etc/network/interfaces (interfaces(5)). */
import type { Path } from '../guest/guest.ts';
import { type Claim, claimOf, isInterfaceName, type NetworkConfiguration } from './configured.ts';

interface Stanza {
  name: string;
  family: string;
  method: string;
  options: [key: string, value: string][];
}

interface Interfaces {
  /** Named by `auto` or `allow-…`: brought up without anybody asking. */
  up: Set<string>;
  stanzas: Stanza[];
  /** Patterns of files that are read as if they stood here. */
  sources: string[];
}

/** A backslash at the end joins lines. */
const parse = (text: string): Interfaces => {
  const found: Interfaces = { up: new Set(), stanzas: [], sources: [] };
  let stanza: Stanza | null = null;
  for (const line of text.replace(/\\\r?\n/g, ' ').split('\n', 5000)) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === '' || word.startsWith('#')) continue;
    if (word === 'auto' || word.startsWith('allow-')) {
      for (const name of rest) found.up.add(name);
      stanza = null;
    } else if (word === 'iface' || word === 'mapping' || word === 'template') {
      const [name = '', family = '', method = ''] = rest;
      stanza = { name, family, method, options: [] };
      if (word === 'iface') found.stanzas.push(stanza);
    } else if (word === 'source' || word === 'source-directory') {
      found.sources.push(...rest.map(path => (word === 'source' ? path : `${path}/*`)));
      stanza = null;
    } else if (stanza !== null) stanza.options.push([word, rest.join(' ')]);
  }
  return found;
};

/** Files a text includes. */
export const sourcesIn = (text: string): Path[] => parse(text).sources;

/** bridge-utils-interfaces(5), bonding's ifupdown scripts, vlan-interfaces(5); either spelling. */
const LOWER = /^(bridge[-_]ports|bond[-_]slaves|slaves|vlan[-_]raw[-_]device|ovs_bonds|ovs_ports)$/;
const MADE = /^(bridge|bond|vlan|ovs|batman|tunnel|vxlan)[-_]|^(mode|slaves|link-type)$/;

/** `ens3.100` is a VLAN on ens3 and `ens3:1` an alias of it. */
const carrier = (name: string): string => /^([^.:]+)[.:]\d+$/.exec(name)?.[1] ?? name;

const isMade = ({ name, method, options }: Stanza): boolean =>
  method === 'tunnel' ||
  method === 'ppp' ||
  /^(lo|dummy|wg|tun|tap|ppp|vlan|bond|br|docker|veth)\d*$|^br-/.test(name) ||
  options.some(
    ([key, value]) => MADE.test(key) || (key === 'pre-up' && /\b(link add|addbr|tuntap|modprobe)\b/.test(value)),
  );

/** `bridge_ports none`; `all` and `regex …` may be any card. */
const portsIn = (value: string): string[] => {
  const words = value.split(/\s+/).filter(word => word !== 'none');
  return words.some(word => word === 'all' || word === 'regex') ? ['*'] : words;
};

const portsOf = ({ options }: Stanza): string[] =>
  options.filter(([key]) => LOWER.test(key)).flatMap(([, value]) => portsIn(value));

/** What `text` asks for; it is all files, one after another. `/pattern` names several interfaces, as does a pattern after `=`. */
export const fromIfupdown = (file: Path, text: string): NetworkConfiguration => {
  const { up, stanzas } = parse(text);
  const made = stanzas.filter(isMade).map(({ name }) => name);
  const real = stanzas.filter(stanza => up.has(stanza.name) && !isMade(stanza)).map(({ name }) => carrier(name));
  const ports = stanzas
    .filter(({ name }) => up.has(name))
    .flatMap(portsOf)
    .map(carrier);
  const words = [...new Set([...real, ...ports])].filter(
    name => (isInterfaceName(name) || name === '*') && !made.includes(name),
  );
  const patterns = [...up].filter(name => name.startsWith('/')).map(name => name.slice(1).split('=')[0] ?? '');
  const named: Claim[] = words.map(name => claimOf(file, [name]));
  return { claims: [...named, ...patterns.map(pattern => claimOf(file, [pattern || '*', '*']))], made };
};
