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

interface Device {
  bus: string;
  id: string;
  modalias: string;
  driver: string | null;
  class: string;
  nature: string | null;
  neededBy: { by: string; what: string }[];
}

interface Offer {
  id: string;
  offered: boolean | null;
  inUse: boolean | null;
}

/** What the agent concluded, as its documents say it. */
export interface Concluded {
  detection: Record<string, unknown>;
  devices: Device[];
  offers: Offer[];
  plan: { profile: string; steps: Step[] };
}

/** The documents of `detect --devices --offers --json` and `plan --json`. */
export type Documents = [
  detect: Record<string, unknown> & Pick<Concluded, 'devices' | 'offers'>,
  plan: Concluded['plan'],
];

export const concludedIn = ([{ devices, offers, ...detection }, plan]: Documents): Concluded => ({
  detection,
  devices,
  offers,
  plan,
});

/** The document of a command, whatever it exits with: plan exits 4 where changes are pending. */
const answer = (root: string, ...words: string[]) =>
  JSON.parse(spawnSync(process.execPath, [MAIN, ...words, '--json', '--root', root], { encoding: 'utf8' }).stdout);

/** Unpacks the archive into a folder that is gone afterwards, and asks the agent there. */
export const replayed = (archive: string): Concluded => {
  const root = mkdtempSync(join(tmpdir(), 'enlighten-replay-'));
  try {
    execFileSync('tar', ['-C', root, '-xzf', archive]);
    return concludedIn([answer(root, 'detect', '--devices', '--offers'), answer(root, 'plan')]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

/**
 * What has to stay of the conclusions, whoever blinded them and whichever version made them: the verdict and not the evidence, of which
 * later versions see more; each step that `among` knows, and not how it is said; each device and what it is for; the offers that
 * `among` knows.
 */
export const gistOf = ({ detection, devices, offers, plan }: Concluded, among: Concluded) => {
  const { evidence: _, overruled: __, ...verdict } = detection;
  const known = new Set([...among.offers, ...among.plan.steps].map(({ id }) => id));
  return {
    verdict,
    profile: plan.profile,
    steps: plan.steps
      .filter(({ id }) => known.has(id))
      .map(({ id, current, desired, state, by }) => [id, current, desired, state, by?.code ?? null]),
    devices: devices
      .map(({ bus, modalias, driver, nature, neededBy, ...device }) => ({
        ...{ bus, modalias, driver, nature, class: device.class },
        neededBy: neededBy.map(({ by }) => by).sort(),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    offers: offers.filter(({ id }) => known.has(id)).map(({ id, offered, inUse }) => [id, offered, inUse]),
  };
};
