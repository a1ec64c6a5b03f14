/**
 * Package managers: how each installs files without the network, removes, and what it can protect. A kernel is installed beside the ones
 * that are there, never in their place; what a manager would remove to make room (dnf's installonly_limit) is switched off.
 */
import type { Guest, Path } from '../guest/guest.ts';
import type { Tool } from '../guest/tools.ts';

export interface Manager {
  name: 'apt' | 'dnf' | 'zypper' | 'tdnf' | 'apk';
  /** A file or folder that only exists where this manager keeps the packages. */
  known: Path;
  /** Installs package files, with what they depend on from among them and what is installed; never from the network. */
  install: Tool;
  /** Installs by name from the repositories: only where the vendor allows the network. */
  fetch: Tool;
  /** Removes packages by name; refuses when others need them. */
  remove: Tool;
}

/** In order, the first that is there counts: tdnf and dnf before zypper, as all three keep an RPM database. */
export const managers: readonly Manager[] = [
  { name: 'apt', known: '/var/lib/dpkg/status', install: 'apt-install', fetch: 'apt-fetch', remove: 'dpkg-purge' },
  { name: 'apk', known: '/lib/apk/db/installed', install: 'apk-install', fetch: 'apk-fetch', remove: 'apk-remove' },
  { name: 'tdnf', known: '/etc/tdnf/tdnf.conf', install: 'tdnf-install', fetch: 'tdnf-fetch', remove: 'rpm-remove' },
  {
    name: 'zypper',
    known: '/etc/zypp/zypp.conf',
    install: 'zypper-install',
    fetch: 'zypper-fetch',
    remove: 'rpm-remove',
  },
  { name: 'dnf', known: '/etc/dnf/dnf.conf', install: 'dnf-install', fetch: 'dnf-fetch', remove: 'rpm-remove' },
];

/** Null on a distribution without one of them. */
export const managerOf = async (guest: Guest): Promise<Manager | null> => {
  for (const manager of managers) if ((await guest.stat(manager.known)) !== null) return manager;
  return null;
};
