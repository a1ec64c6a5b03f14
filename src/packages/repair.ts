/** After a power cut in the middle of dpkg's work: the agent finishes what it began itself, and nothing else. */
import type { WritableGuest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { packageNotice } from '../notices/packages.ts';
import type { Entry } from '../state/journal.ts';
import { DPKG, isUnfinished, journalIsOpen, packageStates } from './databases/dpkg-status.ts';

/** dpkg(1): unpacking was interrupted, and only unpacking it again helps. */
const halfUnpacked = (status: string): boolean => /reinstreq| half-installed$/.test(status);

/** Names of a step that was begun: installed ones stand in `after`, removed ones in `before`. */
const namesOf = ({ before, after }: Entry): string[] => `${before} ${after}`.split(' ').filter(name => name !== '');

/**
 * @param begun the journal's package entries that were intended and not done
 * @returns null when dpkg is whole, or is so again; else what is in the way.
 */
export const repairDpkg = async (guest: WritableGuest, begun: readonly Entry[]): Promise<Notice | null> => {
  const unfinished = [...(await packageStates(guest))].filter(([, status]) => isUnfinished(status));
  const isOpen = await journalIsOpen(guest);
  if (unfinished.length === 0 && !isOpen) return null;
  const ours = begun.flatMap(namesOf);
  const [foreign] = unfinished.filter(([name]) => !ours.includes(name));
  if (foreign) return packageNotice('packages-not-ours', foreign[0], foreign[1]);
  if (ours.length === 0) return packageNotice('packages-not-ours', `${DPKG}/updates`, 'its journal is not merged');
  const again = begun.filter(
    entry => entry.path.endsWith('.deb') && namesOf(entry).some(name => halfUnpacked(stateOf(unfinished, name))),
  );
  for (const { path } of again) await guest.run('dpkg-install', [path]);
  const { exitCode, stderr } = await guest.run('dpkg-configure', ['--pending']);
  return exitCode === 0 ? null : packageNotice('packages-failed', DPKG, stderr.trim().slice(-300));
};

const stateOf = (states: readonly (readonly [string, string])[], wanted: string): string =>
  states.find(([name]) => name === wanted)?.[1] ?? '';
