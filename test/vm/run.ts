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
import { during, seconds } from './report.ts';
import type { Scenario } from './scenario.ts';

/**
 * Runs scenarios in virtual machines: `node test/vm/run.ts [--jobs N] [--list] [NAME …]`. Images are built first, one
 * after the other; the scenarios then share the processors. The last line counts; any failure makes the exit code 1.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' }, list: { type: 'boolean', default: false } },
});

const scenarios = await discover(positionals);
if (values.list) {
  for (const { name } of scenarios) console.log(name);
  process.exit(0);
}

await installMissing();
const deb = scenarios.some(it => it.setup.agent !== false) ? await builtPackage() : null;
const work: { scenario: Scenario; image: string }[] = [];
for (const scenario of scenarios) work.push({ scenario, image: await buildAppliance(wanted(scenario, deb)) });

const queue = [...work];
const outcomes: boolean[] = [];
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
const passed = outcomes.filter(Boolean).length;
console.log(`${passed} passed, ${outcomes.length - passed} failed`);
process.exitCode = passed === outcomes.length && passed > 0 ? 0 : 1;

async function worker(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    outcomes.push(await runOne(next.scenario, next.image));
  }
}

async function runOne(scenario: Scenario, image: string): Promise<boolean> {
  const folder = join(cacheFolder, 'runs', scenario.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const begin = performance.now();
  const machine = await Machine.create(folder, image, scenario.setup.hardware);
  try {
    const { environment } = scenario.setup;
    if (environment !== undefined) machine.hardware.cdrom = await environmentIso(folder, environment);
    await scenario.run(machine);
    console.log(`ok  ${scenario.name}  (${seconds(begin)} s)`);
    return true;
  } catch (error) {
    const took = seconds(begin);
    const story = `${error instanceof Error ? error.stack : error}\n\n${await evidence(machine).catch(String)}`;
    await writeFile(join(folder, 'evidence.txt'), story);
    console.log(`FAILED  ${scenario.name}  (${took} s)\n${story.replace(/^/gm, '    ')}\n    everything: ${folder}`);
    return false;
  } finally {
    await machine.dispose();
    await rm(machine.overlay, { force: true });
  }
}

async function discover(names: string[]): Promise<Scenario[]> {
  const folder = join(import.meta.dirname, 'scenarios');
  const files = (await readdir(folder)).filter(name => name.endsWith('.ts')).sort();
  const all = await Promise.all(files.map(async file => (await import(join(folder, file))).default as Scenario));
  const unknown = names.filter(name => !all.some(it => it.name === name));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(', ')}`);
  return all.filter(it => names.length === 0 || names.includes(it.name));
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

function wanted({ setup }: Scenario, deb: string | null): Appliance {
  const stock = { seal: setup.agent !== false, files: {}, prepare: '' };
  return { ...stock, ...setup.image, deb: setup.agent === false ? null : deb };
}
