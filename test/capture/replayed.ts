/** What a capture tells when it is replayed, and what of it has to stay: shared by the fixtures' test and by the lab that takes them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The folder of the fixtures: NAME.tar.gz and NAME.json. */
export const CAPTURES = fileURLToPath(new URL('../fixtures/captures/', import.meta.url));

interface Step {
  id: string;
  current: string | null;
  desired: string;
  state: string;
  by: { code: string } | null;
}

/** What the agent concluded, as its documents say it. */
export interface Concluded {
  detection: Record<string, unknown>;
  plan: { profile: string; steps: Step[] };
}

/** The document of a command, whatever it exits with: plan exits 4 where changes are pending. */
const answer = (root: string, ...words: string[]) =>
  JSON.parse(spawnSync(process.execPath, [MAIN, ...words, '--json', '--root', root], { encoding: 'utf8' }).stdout);

/** Unpacks the archive into a folder that is gone afterwards, and asks the agent there. */
export const replayed = (archive: string): Concluded => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-replay-'));
  try {
    execFileSync('tar', ['-C', root, '-xzf', archive]);
    return { detection: answer(root, 'detect'), plan: answer(root, 'plan') };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

/** The verdict, not the evidence: later versions see more. */
export const verdictIn = ({ detection: { evidence: _, overruled: __, ...rest } }: Concluded) => rest;

/** Each step, not how it is said. */
export const decidedIn = ({ plan: { profile, steps } }: Concluded) => ({
  profile,
  steps: steps.map(({ id, current, desired, state, by }) => ({ id, current, desired, state, by: by?.code ?? null })),
});
