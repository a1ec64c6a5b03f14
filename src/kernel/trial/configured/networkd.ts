import type { Guest } from '../../../guest/guest.ts';
import { bare, type ConfigurationFile, type ConfiguredInterface, filesIn, MAX_FILE } from './configured.ts';

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );

const valuesOf = (text: string, key: string): string[] =>
  [...text.matchAll(new RegExp(`^\\s*${key}\\s*=\\s*(.+)$`, 'gm'))].map(([, value]) => value?.trim() ?? '');

/** Addresses a .network file gives; null where it gives none (the ports of bridges), or says that the machine does without (netplan's `optional`). */
const staticsIn = (text: string): string[] | null => {
  if (/^(no|false|off|0)$/i.test(valuesOf(text, 'RequiredForOnline').at(-1) ?? '')) return null;
  const statics = valuesOf(text, 'Address').map(bare);
  const dhcp = valuesOf(text, 'DHCP').some(value => /^(yes|true|on|1|ipv4|ipv6)$/i.test(value));
  return statics.length > 0 || dhcp ? statics : null;
};

/** systemd.network(5): `[Match] Name=` may hold several globs; of several files the first that matches is the one. */
const byName = (files: readonly ConfigurationFile[], name: string): string | null => {
  const matches = ({ text }: ConfigurationFile) =>
    valuesOf(text, 'Name').some(value => value.split(/\s+/).some(pattern => glob(pattern).test(name)));
  return files.find(matches)?.text ?? null;
};

/**
 * Which file is an interface's, networkd itself says while it runs, whatever the file matches by (MAC, type, driver): src/network/
 * networkd-link.c, link_save. An interface it knows, and no file is for, is not its own.
 */
const byItsWord = async (guest: Guest, name: string): Promise<string | null | undefined> => {
  const index = await guest.text(`/sys/class/net/${name}/ifindex`);
  const state = index && (await guest.text(`/run/systemd/netif/links/${index}`, MAX_FILE));
  if (!state) return undefined;
  const file = /^NETWORK_FILE=(\/.+)$/m.exec(state)?.[1];
  return file === undefined ? null : guest.text(file, MAX_FILE);
};

export const fromNetworkd = async (guest: Guest, present: readonly string[]): Promise<ConfiguredInterface[]> => {
  const folders = await Promise.all(
    ['/etc/systemd/network', '/run/systemd/network'].map(folder => filesIn(guest, folder, '.network')),
  );
  const files = folders.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: ConfiguredInterface[] = [];
  for (const name of present) {
    const told = await byItsWord(guest, name);
    const text = told === undefined ? byName(files, name) : told;
    const statics = text === null ? null : staticsIn(text);
    if (statics !== null) found.push({ name, statics });
  }
  return found;
};
