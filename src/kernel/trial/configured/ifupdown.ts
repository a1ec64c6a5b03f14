import type { Guest } from '../../../guest/guest.ts';
import { bare, type ConfiguredInterface, filesIn, MAX_FILE } from './configured.ts';

/**
 * interfaces(5): `auto`/`allow-hotplug` name what is brought up; an `iface` stanza holds its `address` lines. `manual` promises no
 * address: the ports of bridges and bonds.
 */
const fromText = (text: string): ConfiguredInterface[] => {
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

export const fromIfupdown = async (guest: Guest): Promise<ConfiguredInterface[]> => {
  const included = await filesIn(guest, '/etc/network/interfaces.d', '');
  const main = (await guest.text('/etc/network/interfaces', MAX_FILE)) ?? '';
  return fromText([main, ...included.map(({ text }) => text)].join('\n'));
};
