/** systemd-networkd: .network and .netdev files (systemd.network(5), systemd.netdev(5)). */
import type { Path } from '../guest/guest.ts';
import { claimOf, type NetworkConfiguration, nothingConfigured } from './configured.ts';
import { linesIn, valuesOf, wordsOf } from './sections.ts';

/** What a [Match] may say that only udev could judge: such a file may mean every interface. */
const OTHERWISE = /^(Path|Driver|Type|Kind|Property|OriginalName|SSID|BSSID|WLANInterfaceType)$/;

export const fromNetwork = (file: Path, text: string): NetworkConfiguration => {
  const lines = linesIn(text);
  const match = lines.filter(({ section }) => section === 'Match');
  const names = wordsOf(valuesOf(match, 'Match', 'Name'));
  const macs = wordsOf([...valuesOf(match, 'Match', 'MACAddress'), ...valuesOf(match, 'Match', 'PermanentMACAddress')]);
  const vague = match.some(({ key }) => OTHERWISE.test(key));
  if (names.length === 0 && macs.length === 0)
    return vague ? { claims: [claimOf(file, ['*'])], made: [] } : nothingConfigured;
  return { claims: [claimOf(file, names, macs)], made: [] };
};

export const fromNetdev = (text: string): NetworkConfiguration => ({
  claims: [],
  made: valuesOf(linesIn(text), 'NetDev', 'Name'),
});
