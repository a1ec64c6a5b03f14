/** What a network service is told to give an interface, and the files in which it is told. */
import { isIPv6 } from 'node:net';
import type { Bytes, Guest, Path } from '../../../guest/guest.ts';

export interface ConfiguredInterface {
  name: string;
  /** Addresses without prefix length; empty for DHCP. */
  statics: string[];
}

export const MAX_FILE: Bytes = 256 * 1024;
const MAX_FILES = 100;

/** Without prefix length, and IPv6 as the kernel prints it (RFC 5952), so that texts can be compared. */
export const bare = (written: string): string => {
  const address = written.split('/')[0] ?? written;
  return isIPv6(address) ? new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1) : address;
};

export interface ConfigurationFile {
  name: string;
  text: string;
}

/** Those of a folder with this ending, by their names. */
export const filesIn = async (guest: Guest, folder: Path, ending: string): Promise<ConfigurationFile[]> => {
  const names = (await guest.list(folder)).filter(one => one.endsWith(ending)).slice(0, MAX_FILES);
  return Promise.all(
    names.map(async name => ({ name, text: (await guest.text(`${folder}/${name}`, MAX_FILE)) ?? '' })),
  );
};
