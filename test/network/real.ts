/** The real parsers of network configurations, unpacked and not installed: they would take part in this machine's next boot. */
import { execFileSync } from 'node:child_process';
import { unpacked } from '../../scripts/debian.ts';
import { at } from '../../scripts/paths.ts';

const PACKAGES = [
  ...['netplan.io', 'libnetplan0', 'libyaml-0-2', 'libglib2.0-0', 'libuuid1', 'libpcre2-8-0'],
  ...['network-manager', 'libnm0', 'libreadline8', 'libtinfo6', 'libpsl5', 'libcurl3-gnutls', 'ifupdown'],
];

const folder = at(unpacked('network', PACKAGES));
const libraries = ['usr/lib', 'lib'].map(one => `${folder}/${one}/x86_64-linux-gnu`).join(':');

const run = (program: string, args: readonly string[], input = ''): string =>
  execFileSync(`${folder}/${program}`, args, {
    encoding: 'utf8',
    input,
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: ['pipe', 'pipe', 'ignore'],
  });

/** Writes what netplan makes of the folder's /etc/netplan for systemd-networkd, into the folder. */
export const netplanGenerate = (root: string): string => run('usr/libexec/netplan/generate', ['--root-dir', root]);

/** A connection as NetworkManager itself reads and writes it. */
export const asNetworkManager = (keyfile: string): string =>
  run('usr/bin/nmcli', ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes'], keyfile);

/** The interfaces `ifup -a` would bring up. */
export const ifquery = (file: string): string[] =>
  run('sbin/ifquery', [`--interfaces=${file}`, '--list'])
    .trim()
    .split('\n')
    .filter(Boolean);
