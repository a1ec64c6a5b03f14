/**
 * `npm run matrix`: does an image boot where `prepare --check` says that it does? Images by disks and cards, each prediction beside what a
 * virtual machine did. A false "ok" fails it; too much care is only told. Takes about half an hour. `-- --jobs N`
 * machines at a time, two where nothing is said; `-- WORD …` only the images whose names have one of these words.
 */
import { mkdtempSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAppliance } from '../test/vm/image/appliance.ts';
import { installMissing } from '../test/vm/image/packages.ts';
import { Machine } from '../test/vm/machine/machine.ts';
import { images } from '../test/vm/matrix/images.ts';
import { machinesWith } from '../test/vm/matrix/machines.ts';
import { type Observed, observedOn } from '../test/vm/matrix/observed.ts';
import { type Predicted, predictedFor } from '../test/vm/matrix/predicted.ts';
import { during } from '../test/vm/report.ts';
import { buildDeb } from './deb.ts';

const LEAST = 24;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' } },
});
const wanted = Object.keys(images).filter(
  name => positionals.length === 0 || positionals.some(word => name.includes(word)),
);
const least = positionals.length === 0 ? LEAST : 1;

/** The agent looks on. */
const files = { '/etc/enlighten/enlighten.yaml': 'mode: off\n' };

interface Combination {
  name: string;
  image: string;
  hardware: Parameters<typeof Machine.create>[2];
  predicted: Predicted;
}

/** What came of it, in a word. */
const judged = (predicted: Predicted, observed: Observed): string => {
  const otherKernel = observed.boots && observed.release !== predicted.first;
  if ((predicted.boots && !observed.boots) || (predicted.boots && predicted.nic && !observed.nic)) return 'FALSE OK';
  if (predicted.boots && otherKernel) return 'FALSE OK: another kernel';
  if (predicted.boots === null) return 'not told';
  const careful = (!predicted.boots && observed.boots) || (!predicted.nic && observed.nic);
  return careful ? 'too careful' : 'as told';
};

const said = (boots: boolean | null, nic: boolean): string => {
  if (boots === null) return '?';
  return boots ? `boots, ${nic ? 'network' : 'no network'}` : 'does not boot';
};

const scratch = mkdtempSync(join(tmpdir(), 'enlighten-matrix-'));

const machineOn = async (name: string, image: string, hardware: Combination['hardware'] = {}): Promise<Machine> => {
  const folder = join(scratch, name.replace(/\W+/g, '-'));
  await mkdir(folder, { recursive: true });
  return Machine.create(folder, image, hardware);
};

const combinationsOf = async (name: string, deb: string): Promise<Combination[]> => {
  const { firmware, on = {}, prepare = '', seal = true } = images[name] ?? { firmware: 'bios' };
  const image = await buildAppliance({ deb, seal, on, packages: [], files, prepare });
  const vm = await machineOn(name, image);
  try {
    const predicted = await during(`what is said of it: ${name}`, () => predictedFor(vm, firmware));
    return machinesWith(firmware).flatMap((it, at) => {
      const told = predicted[at];
      const hardware = { ...it, firmware };
      return told === undefined ? [] : [{ name: `${name}; ${it.disk}, ${it.card}`, image, hardware, predicted: told }];
    });
  } finally {
    await vm.dispose();
  }
};

const seen = async ({ name, image, hardware }: Combination): Promise<Observed> => {
  const vm = await machineOn(name, image, hardware);
  try {
    return await observedOn(vm);
  } finally {
    await vm.dispose();
    await rm(vm.folder, { recursive: true, force: true });
  }
};

installMissing();
const deb = await during('our package', buildDeb);
const combinations: Combination[] = [];
for (const name of wanted) combinations.push(...(await combinationsOf(name, deb)));

const verdicts: string[] = [];
const queue = [...combinations];
const worker = async (): Promise<void> => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const observed = await seen(next);
    const verdict = judged(next.predicted, observed);
    verdicts.push(verdict);
    const { boots, nic } = next.predicted;
    console.log(`${verdict}: ${next.name}: told ${said(boots, nic)}; seen ${said(observed.boots, observed.nic)}`);
  }
};
try {
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const wrong = verdicts.filter(verdict => verdict.startsWith('FALSE')).length;
console.log(`${verdicts.length} combinations, ${wrong} false "ok"`);
process.exitCode = wrong === 0 && verdicts.length >= least ? 0 : 1;
