/** netplan's YAML (netplan(5)): `network.ethernets.ID`, with the ID as the name where nothing is matched. */
import type { Path } from '../guest/guest.ts';
import { isObject } from '../shape.ts';
import { type Claim, claimOf, type NetworkConfiguration, nothingConfigured } from './configured.ts';

/** Everything that is made by the configuration itself. */
const MADE = ['bridges', 'bonds', 'vlans', 'tunnels', 'vrfs', 'dummy-devices', 'virtual-ethernets', 'nm-devices'];

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

const claimFor = (file: Path, id: string, ethernet: unknown): Claim => {
  const match = isObject(ethernet) && isObject(ethernet['match']) ? ethernet['match'] : null;
  if (match === null) return claimOf(file, [id]);
  const [names, macs] = [texts(match['name']), texts(match['macaddress'])];
  // A match by driver alone, or by nothing at all, may mean every interface.
  return claimOf(file, names.length === 0 && macs.length === 0 ? ['*'] : names, macs);
};

/** One file. Broken YAML configures nothing: netplan refuses it, too. */
export const fromNetplan = async (file: Path, text: string): Promise<NetworkConfiguration> => {
  const { parseDocument } = await import('yaml');
  // The failsafe schema leaves every scalar the text it is; aliases are few, for a few hundred bytes of them expand to gigabytes.
  const document = parseDocument(text, {
    schema: 'failsafe',
    logLevel: 'error',
    prettyErrors: false,
    uniqueKeys: false,
  });
  if (document.errors.length > 0) return nothingConfigured;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return nothingConfigured;
  }
  const network = isObject(value) && isObject(value['network']) ? value['network'] : {};
  const ethernets = isObject(network['ethernets']) ? Object.entries(network['ethernets']) : [];
  return {
    claims: ethernets.map(([id, ethernet]) => claimFor(file, id, ethernet)),
    made: MADE.flatMap(kind => (isObject(network[kind]) ? Object.keys(network[kind]) : [])),
  };
};
