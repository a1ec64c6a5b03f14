import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { type Appliance, buildAppliance } from './image/appliance.ts';
import { cacheFolder } from './image/cache.ts';
import { installMissing } from './image/packages.ts';
import { environmentIso } from './iso.ts';
import { evidence } from './machine/evidence.ts';
import { Machine } from './machine/machine.ts';
import { diskAfter, handOverVariables, lived } from './machine/past.ts';
import type { Hardware } from './machine/qemu.ts';
import { during, seconds } from './report.ts';
import type { Scenario } from './scenario.ts';
import { smallHardware } from './small/hardware.ts';

/**
 * Runs scenarios in virtual machines: `node test/vm/run.ts [--jobs N] [--tier core|long|all] [--list] [NAME …]`. Without
 * names it runs a tier, the core. Images are built first, one after the other; the scenarios then share the processors.
 * The last line counts; any failure makes the exit code 1.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '2' },
    tier: { type: 'string', default: 'core' },
    list: { type: 'boolean', default: false },
  },
});

/** Scenarios that share one machine, in their order; most stand alone. */
type Chain = Scenario[];

const chains = await discover(positionals);
const scenarios = chains.flat();
if (values.list) {
  for (const { name } of scenarios) console.log(name);
  process.exit(0);
}

installMissing();
const deb = scenarios.some(it => it.setup.agent !== false) ? await builtPackage() : null;
const queue: { chain: Chain; made: Made }[] = [];
for (const chain of chains) queue.push({ chain, made: await make(chain, deb) });

const outcomes: boolean[] = [];
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
const passed = outcomes.filter(Boolean).length;
console.log(`${passed} passed, ${outcomes.length - passed} failed`);
process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1;

async function worker(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    outcomes.push(...(await runChain(next.chain, next.made)));
  }
}

/** What follows a failed one is not run, and counts as failed. */
async function runChain(chain: Chain, { image, hardware, past }: Made): Promise<boolean[]> {
  const [{ name, setup }] = chain as [Scenario];
  const folder = join(cacheFolder, 'runs', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const machine = await Machine.create(folder, image, { ...hardware, ...setup.hardware });
  if (past !== null) await handOverVariables(past, folder);
  const passed: boolean[] = [];
  try {
    const { environment } = setup;
    if (environment !== undefined) machine.hardware.cdrom = await environmentIso(folder, environment);
    for (const scenario of chain) {
      const sound = passed.every(Boolean);
      if (!sound) console.log(`FAILED  ${scenario.name}  (not run: what it goes on from has failed)`);
      passed.push(sound && (await runOne(scenario, machine, folder)));
    }
    return passed;
  } finally {
    await machine.dispose();
    if (machine.overlay !== null) await rm(machine.overlay, { force: true });
  }
}

async function runOne(scenario: Scenario, machine: Machine, folder: string): Promise<boolean> {
  const begin = performance.now();
  try {
    await scenario.run(machine);
    console.log(`ok  ${scenario.name}  (${seconds(begin)} s)`);
    return true;
  } catch (error) {
    const took = seconds(begin);
    const story = `${error instanceof Error ? error.stack : error}\n\n${await evidence(machine).catch(String)}`;
    await writeFile(join(folder, 'evidence.txt'), story);
    console.log(`FAILED  ${scenario.name}  (${took} s)\n${readable(story)}\n    in full: ${folder}`);
    return false;
  }
}

/** Indented below its scenario, and without the tails of lines that no screen holds. */
function readable(story: string): string {
  const tail = /^(.{400}).{40,}$/gm;
  return story.replace(tail, (line, start) => `${start}… (${line.length} characters)`).replace(/^/gm, '    ');
}

/** What a file of scenarios/ exports. */
type Told = Scenario | Scenario[];

async function discover(names: string[]): Promise<Chain[]> {
  const folder = join(import.meta.dirname, 'scenarios');
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts')).sort();
  const told = await Promise.all(files.map(async file => (await import(join(folder, file))).default as Told));
  const all = told.flat();
  const unknown = names.filter(name => !all.some(it => it.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`);
  const chosen = all.filter(it => (names.length === 0 ? isInTier(it) : names.includes(it.name)));
  return chained(all, chosen);
}

/** Each chosen scenario behind those it goes on from, each of them once. The longest chains first: they end last. */
function chained(all: Scenario[], chosen: Scenario[]): Chain[] {
  const before = (it: Scenario): Scenario[] => {
    const previous = all.find(({ name }) => name === it.setup.after);
    return previous === undefined ? [it] : [...before(previous), it];
  };
  const longest = chosen.map(before).sort((a, b) => b.length - a.length);
  const covered = (chain: Chain, at: number) =>
    longest.slice(0, at).some(other => chain.every(it => other.includes(it)));
  return longest.filter((chain, at) => !covered(chain, at));
}

function isInTier({ setup }: Scenario): boolean {
  return values.tier === 'all' || values.tier === (setup.tier ?? 'core');
}

/** Our package: the one named by ENLIGHTEN_DEB, or built now; the build's last line is its path. */
async function builtPackage(): Promise<string> {
  const given = process.env['ENLIGHTEN_DEB'];
  if (given !== undefined) return given;
  return during('our package', async () => {
    const { stdout } = await execa('npm', ['run', '--silent', 'build:deb'], {
      cwd: join(import.meta.dirname, '../..'),
    });
    return stdout.trim().split('\n').at(-1) ?? '';
  });
}

/** What a chain starts from: a disk, or the kernel and initramfs of a small machine. */
interface Made {
  image: string | null;
  hardware: Partial<Hardware>;
  /** What the disk has been through; null for a new one. */
  past: string | null;
}

async function make(chain: Chain, deb: string | null): Promise<Made> {
  const { small, past, hardware = {} } = chain[0]?.setup ?? {};
  if (small !== undefined) return { image: null, hardware: await smallHardware(small, deb), past: null };
  const image = await buildAppliance(wanted(chain, deb));
  if (past === undefined) return { image, hardware: {}, past: null };
  const kept = await lived(past, image, hardware);
  return { image: diskAfter(kept), hardware: {}, past: kept };
}

function wanted([first]: Chain, deb: string | null): Appliance {
  const setup = first?.setup ?? {};
  const stock = { seal: setup.agent !== false, on: {}, packages: [], files: {}, prepare: '' };
  return { ...stock, ...setup.image, deb: setup.agent === false ? null : deb };
}
