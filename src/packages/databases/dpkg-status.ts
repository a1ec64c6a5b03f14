/** What dpkg knows: /var/lib/dpkg/status, and the journal it merges into it. */
import type { Bytes, Guest } from '../../guest/guest.ts';

export const DPKG = '/var/lib/dpkg';
/** A Debian desktop's status file has 5 MiB. */
const MAX_STATUS: Bytes = 32 * 1024 * 1024;
/** Third word of `Status:` (dpkg(1), "Package states"): everything else is a package on its way. */
const settled = ['installed', 'config-files', 'not-installed'];

/** The words after `Status:`, by package: `install ok installed`, that is what is wanted, the error flag, the state. */
export const packageStates = async (guest: Guest): Promise<Map<string, string>> => {
  const text = (await guest.read(`${DPKG}/status`, MAX_STATUS))?.toString('utf8') ?? '';
  const states = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('Package: ')) name = line.slice(9);
    if (line.startsWith('Status: ')) states.set(name, line.slice(8));
  }
  return states;
};

export const isUnfinished = (status: string): boolean => {
  const [, flag, state = ''] = status.trim().split(/\s+/);
  return flag !== 'ok' || !settled.includes(state);
};

export const isInstalled = (status: string | undefined): boolean => status?.trim().endsWith(' ok installed') ?? false;

/** True while dpkg has changes that it has not merged: it was interrupted, or is at work. */
export const journalIsOpen = async (guest: Guest): Promise<boolean> => (await guest.list(`${DPKG}/updates`)).length > 0;
