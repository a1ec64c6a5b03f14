/** The configuration of every network service that runs here, as one. */
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import { both, type NetworkConfiguration, nothingConfigured } from './configured.ts';
import { fromIfupdown, sourcesIn } from './ifupdown.ts';
import { fromKeyfile } from './keyfile.ts';
import { fromNetplan } from './netplan.ts';
import { fromNetdev, fromNetwork } from './networkd.ts';

const MAX_FILE: Bytes = 256 * 1024;
const MAX_FILES = 100;
const WANTS = ['multi-user.target.wants', 'sysinit.target.wants', 'network-online.target.wants'];

const exists = async (guest: Guest, path: Path): Promise<boolean> => (await guest.stat(path)) !== null;
const any = async (guest: Guest, paths: readonly Path[]): Promise<boolean> =>
  (await Promise.all(paths.map(path => exists(guest, path)))).includes(true);
/** `systemctl enable` makes a link in the folder of what wants it; it may lead to nowhere but the image's own /lib. */
const enabled = async (guest: Guest, unit: string): Promise<boolean> => {
  const links = await Promise.all(WANTS.map(folder => guest.link(`/etc/systemd/system/${folder}/${unit}`)));
  return links.some(link => link !== null);
};

/** Where cloud-init configures the network, it writes these anew for each instance, by that instance's own MAC addresses. */
const OF_CLOUD_INIT = /cloud-init/;

const cloudInitRuns = async (guest: Guest): Promise<boolean> => {
  if (!(await exists(guest, '/usr/bin/cloud-init')) || (await exists(guest, '/etc/cloud/cloud-init.disabled')))
    return false;
  const folder = '/etc/cloud/cloud.cfg.d';
  const names = (await guest.list(folder)).filter(name => name.endsWith('.cfg')).slice(0, MAX_FILES);
  const texts = await Promise.all(names.map(name => guest.text(`${folder}/${name}`, MAX_FILE)));
  return !texts.some(text => /^\s*network:\s*\{?\s*config:\s*["']?disabled/m.test(text ?? ''));
};

interface File {
  path: Path;
  text: string;
}

const filesIn = async (guest: Guest, folder: Path, wanted: (name: string) => boolean): Promise<File[]> => {
  const names = (await guest.list(folder)).filter(name => wanted(name) && !name.startsWith('.')).slice(0, MAX_FILES);
  const paths = names.map(name => `${folder}/${name}`);
  return Promise.all(paths.map(async path => ({ path, text: (await guest.text(path, MAX_FILE)) ?? '' })));
};

/** run-parts' names, which `source-directory` takes, and everything a pattern's last part allows. */
const included = async (guest: Guest, pattern: Path, from: Path): Promise<File[]> => {
  const path = pattern.startsWith('/') ? pattern : `${from.slice(0, from.lastIndexOf('/'))}/${pattern}`;
  const [folder, last] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  const fits = new RegExp(
    `^${last
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
  return filesIn(guest, folder, name => fits.test(name));
};

type Reader = (guest: Guest, skip: (path: Path) => boolean) => Promise<NetworkConfiguration>;

const INTERFACES = '/etc/network/interfaces';

/** Included files may include others; that deep and no deeper. */
const ifupdown: Reader = async (guest, skip) => {
  if (!(await any(guest, ['/sbin/ifup', '/usr/sbin/ifup']))) return nothingConfigured;
  const all: File[] = [];
  let level: File[] = [{ path: INTERFACES, text: (await guest.text(INTERFACES, MAX_FILE)) ?? '' }];
  for (let depth = 0; depth < 3 && level.length > 0 && all.length < MAX_FILES; depth += 1) {
    all.push(...level);
    const next = level.flatMap(({ path, text }) => sourcesIn(text).map(source => ({ source, path })));
    level = (await Promise.all(next.map(({ source, path }) => included(guest, source, path)))).flat();
  }
  const kept = all.filter(({ path }) => !skip(path));
  return fromIfupdown(INTERFACES, kept.map(({ text }) => text).join('\n'));
};

const networkd: Reader = async (guest, skip) => {
  if (!(await enabled(guest, 'systemd-networkd.service'))) return nothingConfigured;
  const files = await filesIn(guest, '/etc/systemd/network', name => /\.(network|netdev)$/.test(name));
  return files
    .filter(({ path }) => !skip(path))
    .map(({ path, text }) => (path.endsWith('.netdev') ? fromNetdev(text) : fromNetwork(path, text)))
    .reduce(both, nothingConfigured);
};

const netplan: Reader = async (guest, skip) => {
  if (!(await exists(guest, '/usr/sbin/netplan'))) return nothingConfigured;
  const files = (await filesIn(guest, '/etc/netplan', name => name.endsWith('.yaml'))).filter(
    ({ path }) => !skip(path),
  );
  return (await Promise.all(files.map(({ path, text }) => fromNetplan(path, text)))).reduce(both, nothingConfigured);
};

const networkManager: Reader = async (guest, skip) => {
  if (!(await enabled(guest, 'NetworkManager.service'))) return nothingConfigured;
  const files = await filesIn(guest, '/etc/NetworkManager/system-connections', name => !name.endsWith('~'));
  return files
    .filter(({ path }) => !skip(path))
    .map(({ path, text }) => fromKeyfile(path, text))
    .reduce(both, nothingConfigured);
};

const readers: readonly Reader[] = [ifupdown, networkd, netplan, networkManager];

/** Never throws for what the guest holds; a service that is not there configures nothing. */
export const networkConfiguration = async (guest: Guest): Promise<NetworkConfiguration> => {
  const skipped = (await cloudInitRuns(guest)) ? (path: Path) => OF_CLOUD_INIT.test(path) : () => false;
  const all = await Promise.all(readers.map(reader => reader(guest, skipped)));
  return all.reduce(both, nothingConfigured);
};
