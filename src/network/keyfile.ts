/** NetworkManager's connections (nm-settings-keyfile(5)). They hold passphrases: nothing but the match is taken from them. */
import type { Path } from '../guest/guest.ts';
import { claimOf, type NetworkConfiguration, nothingConfigured } from './configured.ts';
import { linesIn, valuesOf } from './sections.ts';

const ETHERNET = ['ethernet', '802-3-ethernet'];
/** Connections that make no interface and want none of ours. */
const NEITHER = ['wifi', '802-11-wireless', 'wireguard', 'vpn', 'bluetooth', 'gsm', 'loopback'];

const list = (values: readonly string[]): string[] => values.flatMap(value => value.split(/[;,\s]+/).filter(Boolean));

export const fromKeyfile = (file: Path, text: string): NetworkConfiguration => {
  const lines = linesIn(text);
  const [type = ''] = valuesOf(lines, 'connection', 'type');
  const [name] = valuesOf(lines, 'connection', 'interface-name');
  if (valuesOf(lines, 'connection', 'autoconnect').at(-1) === 'false' || NEITHER.includes(type))
    return nothingConfigured;
  if (!ETHERNET.includes(type)) {
    const parent = list(valuesOf(lines, 'vlan', 'parent'));
    return { claims: parent.map(one => claimOf(file, [one])), made: name === undefined ? [] : [name] };
  }
  const macs = list([
    ...valuesOf(lines, 'ethernet', 'mac-address'),
    ...valuesOf(lines, '802-3-ethernet', 'mac-address'),
  ]);
  const patterns = list(valuesOf(lines, 'match', 'interface-name'));
  const words = name === undefined ? patterns : [name];
  return { claims: [claimOf(file, words.length === 0 && macs.length === 0 ? ['*'] : words, macs)], made: [] };
};
