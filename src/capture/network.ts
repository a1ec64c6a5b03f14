/**
 * Of the network's configuration only the lines that say which interface is meant and where its addresses come from: passphrases of
 * wireless networks, keys of tunnels and commands stand in the same files, some of them under names that give nothing away.
 */

interface Kept {
  path: RegExp;
  line: RegExp;
}

const files: readonly Kept[] = [
  {
    path: /^\/etc\/network\//,
    line: /^\s*(auto|allow-\S+|iface|source|source-directory|address|(bridge|bond|vlan)[-_]\S+|slaves|mode)(\s|$)/,
  },
  {
    path: /^\/(etc|run)\/systemd\/network\/.*\.(network|netdev)$/,
    line: /^\s*(\[(Match|Network|Address|NetDev)\]|(Name|Kind|Type|Path|Driver|MACAddress|PermanentMACAddress|OriginalName|DHCP|Address)\s*=)/,
  },
  {
    path: /^\/(etc|run)\/NetworkManager\/system-connections\//,
    line: /^\s*(\[[\w.-]+\]\s*$|(type|interface-name|mac-address|autoconnect|parent|method|address(es)?\d*)\s*=)/,
  },
  { path: /^\/run\/systemd\/netif\/links\//, line: /^NETWORK_FILE=/ },
  // Keys without a value make the tree; inline maps may hold anything.
  {
    path: /^\/etc\/netplan\//,
    line: /^\s*(- )?(["']?[\w.*-]+["']?:\s*$|(version|renderer|name|macaddress|driver|set-name|dhcp4|dhcp6):\s*[^{[]*$)/,
  },
];

const kept =
  ({ line }: Kept) =>
  (text: string): string =>
    text
      .split('\n')
      .filter(one => line.test(one))
      .map(one => `${one}\n`)
      .join('');

export const networkRows: { path: RegExp; rewrite: (text: string) => string }[] = files.map(file => ({
  path: file.path,
  rewrite: kept(file),
}));
