/** Which interfaces the guest's configuration brings up, and with which static addresses: ifupdown and systemd-networkd. */
import { isIPv6 } from 'node:net';
import type { Guest, Path } from '../../guest/guest.ts';

export interface ConfiguredInterface {
  name: string;
  /** Addresses without prefix length; empty for DHCP. */
  statics: string[];
}

const MAX_FILE = 256 * 1024;

/** Without prefix length, and IPv6 as the kernel prints it (RFC 5952), so that texts can be compared. */
const bare = (written: string): string => {
  const address = written.split('/')[0] ?? written;
  return isIPv6(address) ? new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1) : address;
};

/**
 * interfaces(5): `auto`/`allow-hotplug` name what is brought up; an `iface` stanza holds its `address` lines. `manual` promises no
 * address: the ports of bridges and bonds.
 */
const fromIfupdown = (text: string): ConfiguredInterface[] => {
  const up = new Set<string>();
  const statics = new Map<string, string[]>();
  let current: string | null = null;
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'auto' || word === 'allow-hotplug') for (const name of rest) up.add(name);
    if (word === 'iface') {
      current = rest[0] ?? null;
      if (rest[2] === 'manual') current = null;
      if (current !== null && !statics.has(current)) statics.set(current, []);
    }
    if (word === 'address' && current !== null && rest[0]) statics.get(current)?.push(bare(rest[0]));
  }
  return [...up]
    .filter(name => name !== 'lo' && statics.has(name))
    .map(name => ({ name, statics: statics.get(name) ?? [] }));
};

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

/** systemd.network(5): `[Match] Name=` may hold several globs. */
const fromNetworkd = (text: string, present: readonly string[]): ConfiguredInterface[] => {
  const all = (key: string): string[] =>
    [...text.matchAll(new RegExp(`^\\s*${key}\\s*=\\s*(.+)$`, 'gm'))].map(([, value]) => value ?? '');
  const patterns = all('Name')
    .flatMap(value => value.trim().split(/\s+/))
    .map(glob);
  const statics = all('Address').map(value => bare(value.trim()));
  const dhcp = all('DHCP').some(value => /^(yes|true|on|1|ipv4|ipv6)$/i.test(value.trim()));
  if (statics.length === 0 && !dhcp) return [];
  return present.filter(name => patterns.some(pattern => pattern.test(name))).map(name => ({ name, statics }));
};

const filesIn = async (guest: Guest, folder: Path, ending: string): Promise<string[]> => {
  const texts: string[] = [];
  for (const name of (await guest.list(folder)).filter(one => one.endsWith(ending)).slice(0, 100)) {
    texts.push((await guest.text(`${folder}/${name}`, MAX_FILE)) ?? '');
  }
  return texts;
};

/** Everything configured; an interface that nothing configures is nobody's promise. */
export const configuredInterfaces = async (guest: Guest): Promise<ConfiguredInterface[]> => {
  const present = await guest.list('/sys/class/net');
  const ifupdown = [
    (await guest.text('/etc/network/interfaces', MAX_FILE)) ?? '',
    ...(await filesIn(guest, '/etc/network/interfaces.d', '')),
  ];
  const networkd = await filesIn(guest, '/etc/systemd/network', '.network');
  return [...fromIfupdown(ifupdown.join('\n')), ...networkd.flatMap(text => fromNetworkd(text, present))];
};
