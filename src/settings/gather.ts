/** The effective settings of this guest. */
import type { Bytes, Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { fromCommandLine, fromProperties } from './candidates.ts';
import { readSettingsFile } from './file.ts';
import { mergeSettings } from './merge.ts';
import type { Settings } from './settings.ts';

/** COMMAND_LINE_SIZE is at most 4 KiB, but bootconfig may add to it. */
const longestCommandLine: Bytes = 64 * 1024;

/** This boot's kernel command line; empty when it cannot be read. */
export const commandLineOf = async (guest: Guest): Promise<string> =>
  (await guest.text('/proc/cmdline', longestCommandLine)) ?? '';

/**
 * Reads every source and merges them. Never throws because of what stands in one.
 * @param environment the one in force, stale or not; null when there never was one.
 */
export const gatherSettings = async (
  guest: Guest,
  environment: Environment | null,
  sealed: boolean,
): Promise<{ settings: Settings; notices: Notice[] }> => {
  const { candidates, lock, broken, notices } = await readSettingsFile(guest);
  const merged = mergeSettings({
    commandLine: fromCommandLine(await commandLineOf(guest)),
    properties: fromProperties(environment?.properties ?? {}),
    file: candidates,
    lock,
    broken,
    sealed,
  });
  return { settings: merged.settings, notices: [...notices, ...merged.notices] };
};
