import type { Guest } from '../../../guest/guest.ts';
import { linesIn, valuesOf } from '../../../network/sections.ts';
import { interfacesWithDriver } from '../baseline.ts';
import { bare, type ConfigurationFile, type ConfiguredInterface, filesIn } from './configured.ts';

/** A network card with a driver. */
interface Card {
  name: string;
  mac: string;
}

const FOLDERS = ['/etc/NetworkManager/system-connections', '/run/NetworkManager/system-connections'];
const ETHERNET = ['ethernet', '802-3-ethernet'];

/** The cards a connection is for: by name, by MAC address; one that names none is for the only card there is. */
const cardsOf = (lines: ReturnType<typeof linesIn>, cards: readonly Card[]): readonly Card[] => {
  const names = valuesOf(lines, 'connection', 'interface-name');
  const macs = ETHERNET.flatMap(section => valuesOf(lines, section, 'mac-address')).map(mac => mac.toLowerCase());
  if (names.length === 0 && macs.length === 0) return cards.length === 1 ? cards : [];
  return cards.filter(({ name, mac }) => names.includes(name) || macs.includes(mac.toLowerCase()));
};

/** nm-settings-keyfile(5): `address1=192.0.2.7/24,192.0.2.1`, address and gateway. IPv6 by router is no promise: there may be none. */
const staticsIn = (lines: ReturnType<typeof linesIn>): string[] | null => {
  const statics = ['ipv4', 'ipv6'].flatMap(section =>
    lines
      .filter(line => line.section === section && /^address(es)?\d*$/.test(line.key))
      .map(({ value }) => bare(value.split(',')[0] ?? '')),
  );
  const dhcp = valuesOf(lines, 'ipv4', 'method').at(-1) === 'auto';
  return statics.length > 0 || dhcp ? statics : null;
};

const connection = ({ text }: ConfigurationFile, cards: readonly Card[]): ConfiguredInterface[] => {
  const lines = linesIn(text);
  const type = valuesOf(lines, 'connection', 'type').at(-1) ?? '';
  const byHand = valuesOf(lines, 'connection', 'autoconnect').at(-1) === 'false';
  const statics = ETHERNET.includes(type) && !byHand ? staticsIn(lines) : null;
  return statics === null ? [] : cardsOf(lines, cards).map(({ name }) => ({ name, statics }));
};

/** Connections of the cards that NetworkManager brings up by itself; nothing where it does not run. */
export const fromNetworkManager = async (guest: Guest): Promise<ConfiguredInterface[]> => {
  // Connections may lie beside it without it: netplan writes them.
  if ((await guest.stat('/run/NetworkManager/devices')) === null) return [];
  const cards = await interfacesWithDriver(guest);
  const files = await Promise.all(FOLDERS.map(folder => filesIn(guest, folder, '')));
  return files.flat().flatMap(file => connection(file, cards));
};
