/**
 * The vendor's own checks: /etc/enlighten/health.d/required.d decides, wanted.d only informs (greenboot's convention).
 * A check is an executable file; exit 0 is healthy.
 */
import { saying } from '../../errors.ts';
import type { Guest, Path, WritableGuest } from '../../guest/guest.ts';
import type { Finding } from './finding.ts';

const FOLDER = '/etc/enlighten/health.d';
const MAX_CHECKS = 100;

export type Weight = 'required' | 'wanted';

interface Check {
  name: string;
  path: Path;
  /** Only root can have put it there: it runs as root. */
  trusted: boolean;
}

/** Executable files, in the order of their names. */
const checksIn = async (guest: Guest, weight: Weight): Promise<Check[]> => {
  const folder = `${FOLDER}/${weight}.d`;
  const found: Check[] = [];
  for (const name of (await guest.list(folder)).slice(0, MAX_CHECKS)) {
    const path = `${folder}/${name}`;
    const stat = await guest.stat(path);
    if (stat?.kind !== 'file' || (stat.mode & 0o100) === 0) continue;
    found.push({ name, path, trusted: stat.owner === 0 && (stat.mode & 0o022) === 0 });
  }
  return found;
};

/** As a shell says it of a file that it may not execute. */
const NOT_RUN = 126;

const LAST_WORDS = 400;

/** Runs every check of one weight; all of them, so that a person sees everything that is wrong. */
export const vendorChecks = async (guest: WritableGuest, weight: Weight): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for (const { name, path, trusted } of await checksIn(guest, weight)) {
    if (!trusted) {
      findings.push({ check: name, exit: NOT_RUN, said: `not run: ${path} can be written to by others than root` });
      continue;
    }
    try {
      const { exitCode, stdout, stderr } = await guest.run('health-check', [path]);
      const said = `${stdout}\n${stderr}`.trim().slice(-LAST_WORDS);
      if (exitCode !== 0) findings.push({ check: name, exit: exitCode, said: said || `exit code ${exitCode}` });
    } catch (error) {
      findings.push({ check: name, exit: 124, said: saying(error) });
    }
  }
  return findings;
};
