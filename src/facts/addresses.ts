/**
 * Which interface has which address. The running machine is asked by system call; a folder has /proc/net, where IPv6 names its
 * interface and IPv4 has to be found among the routes.
 */
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Guest } from '../guest/guest.ts';

/** A router with all of the Internet's routes is not what we look for here; what lies past this is not looked at. */
const MAX_TABLE = 256 * 1024;

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);

/** Addresses of this machine: `|-- 192.0.2.7` followed by `/32 host LOCAL` (net/ipv4/fib_trie.c, fib_trie_seq_show). */
const localAddresses = (trie: string): string[] => {
  const found = new Set<string>();
  let leaf = '';
  for (const line of trie.split('\n')) {
    leaf = /\|-- (\S+)/.exec(line)?.[1] ?? leaf;
    if (/\/32 host LOCAL/.test(line) && isIPv4(leaf)) found.add(leaf);
  }
  return [...found];
};

interface ConnectedRoute {
  name: string;
  destination: number;
  mask: number;
}

/** Routes without a gateway. Numbers are hexadecimal in the machine's byte order, which is little-endian wherever we run but on s390. */
const connectedRoutes = (table: string): ConnectedRoute[] =>
  table
    .split('\n')
    .slice(1)
    .flatMap(line => {
      const [name, destination, gateway, , , , , mask] = line.split(/\s+/);
      if (!name || !/^[0-9A-F]{8}$/i.test(destination ?? '') || !/^[0-9A-F]{8}$/i.test(mask ?? '')) return [];
      const read = (hex = ''): number => Buffer.from(hex, 'hex').readUInt32LE();
      return gateway === '00000000' ? [{ name, destination: read(destination), mask: read(mask) }] : [];
    });

/** The interface whose network holds the address; the narrowest where several do. */
const carrierOf = (address: string, routes: readonly ConnectedRoute[]): string | null => {
  const holds = routes.filter(({ destination, mask }) => (numberOf(address) & mask) >>> 0 === destination);
  return holds.sort((a, b) => b.mask - a.mask)[0]?.name ?? null;
};

/** `fe80000000000000505400fffe123456 02 40 20 80 eth0`, printed as people write it (RFC 5952). */
const ipv6In = (table: string): [name: string, address: string][] =>
  table.split('\n').flatMap(line => {
    const [hex = '', , , , , name] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{32}$/i.test(hex) || name === undefined) return [];
    const written = (hex.match(/.{4}/g) ?? []).join(':');
    return [[name, new URL(`http://[${written}]`).hostname.slice(1, -1)]];
  });

const ofThisMachine = (): [name: string, address: string][] =>
  Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.map(({ address }): [string, string] => [name, address]),
  );

const ofFolder = async (guest: Guest): Promise<[name: string, address: string][]> => {
  const table = async (name: string) => (await guest.text(`/proc/net/${name}`, MAX_TABLE)) ?? '';
  const routes = connectedRoutes(await table('route'));
  const ipv4 = localAddresses(await table('fib_trie')).flatMap((address): [string, string][] => {
    const name = carrierOf(address, routes);
    return name === null ? [] : [[name, address]];
  });
  return [...ipv4, ...ipv6In(await table('if_inet6'))];
};

/** Name of the interface → its addresses, without prefix length; loopback left out. */
export const addresses = async (guest: Guest): Promise<Map<string, string[]>> => {
  const found = new Map<string, string[]>();
  const all = await guest.recall('addresses', '/sys/class/net', async () =>
    guest.live ? ofThisMachine() : ofFolder(guest),
  );
  for (const [name, address] of all) {
    if (name !== 'lo') found.set(name, [...(found.get(name) ?? []), address]);
  }
  return found;
};
