/**
 * `npm run bench`: what a boot costs, next to Node doing nothing (`node -e 0`). The package's own tree and runtime are measured on
 * a sealed appliance in a folder (so no tool of the guest is run), with an empty process environment, one after the other in turn.
 * Asserts nothing.
 *
 * Wall and CPU time: bash's `time`, getrusage(2) in milliseconds. Peak memory: GNU time's %M, the largest resident set, in a run of
 * its own. Child processes: successful execve(2) calls after the first, counted once by strace -f.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appliance } from '../test/appliance.ts';
import { folderWith } from '../test/detect/folder.ts';
import { environmentIso } from '../test/vm/iso.ts';
import { buildDeb, shippedRuntime, stage } from './deb.ts';
import { installMissing } from './debian.ts';

const ROUNDS = 15;

type Command = string[];
/** One figure for each round. */
interface Figures {
  wall: number[];
  cpu: number[];
  memory: number[];
}

/** Runs a line of bash on the command with nothing of ours in its environment. `plan` exits with 4 where changes are pending. */
const clean = (script: string, command: Command): string =>
  execFileSync('env', ['-i', 'PATH=/usr/bin:/bin', 'bash', '--norc', '-c', `${script} || true`, 'bash', ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Milliseconds. */
const timesOf = (command: Command): { wall: number; cpu: number } => {
  const said = clean('TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>/dev/null; } 2>&1', command);
  const [wall = 0, user = 0, system = 0] = said.trim().split(' ').map(Number);
  return { wall: wall * 1000, cpu: (user + system) * 1000 };
};

/** MiB. */
const memoryOf = (command: Command): number => {
  const said = clean('/usr/bin/time --quiet -f %M "$@" 2>&1 >/dev/null', command);
  return Number(said.trim().split('\n').at(-1)) / 1024;
};

const childrenOf = (command: Command): number => {
  const said = clean('strace -f -qq -e trace=execve -e signal=none "$@" 2>&1 >/dev/null', command);
  return (said.match(/execve\(.*\) = 0$/gm) ?? []).length - 1;
};

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const shown = (values: number[]): string =>
  `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

const ratio = (values: number[], base: number[]): string => `${(median(values) / median(base)).toFixed(2)} ×`;

const measure = (commands: Record<string, Command>): Map<string, Figures> => {
  const all = new Map(Object.keys(commands).map(name => [name, { wall: [], cpu: [], memory: [] } as Figures]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, command] of Object.entries(commands)) {
      const { wall, cpu } = timesOf(command);
      const figures = all.get(name);
      figures?.wall.push(wall);
      figures?.cpu.push(cpu);
      figures?.memory.push(memoryOf(command));
    }
  return all;
};

installMissing({ '/usr/bin/time': 'time', strace: 'strace', bash: 'bash', xorriso: 'xorriso' });
await buildDeb();
const scratch = mkdtempSync(join(tmpdir(), 'enlighten-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const disc = readFileSync(await environmentIso(scratch, { properties: { 'app.colour': 'blue' } }));
const root = folderWith({ after: undo => process.once('exit', undo) }, appliance(disc));

const node = join(stage, shippedRuntime);
const enlighten = (...args: string[]): Command => [
  node,
  join(stage, 'usr/lib/enlighten/enlighten.cjs'),
  ...args,
  '--root',
  root,
];
const nothing = 'node -e 0';
const commands: Record<string, Command> = {
  [nothing]: [node, '-e', '0'],
  'boot, nothing changed': enlighten('boot'),
  'plan (the full pass up to the plan)': enlighten('plan', '--json'),
  detect: enlighten('detect', '--json'),
};

clean('"$@" 2>&1', enlighten('boot'));
const last = clean('"$@" 2>&1', enlighten('boot', '--verbose'));
if (!last.includes('unchanged')) throw new Error(`the second boot was not unchanged:\n${last}`);

const figures = measure(commands);
const base = figures.get(nothing) ?? { wall: [], cpu: [], memory: [] };
console.log(`medians of ${ROUNDS} alternating rounds (least–most)`);
console.table(
  Object.fromEntries(
    [...figures].map(([name, { wall, cpu, memory }]) => [
      name,
      {
        'wall, ms': shown(wall),
        'wall ratio': ratio(wall, base.wall),
        'CPU, ms': shown(cpu),
        'CPU ratio': ratio(cpu, base.cpu),
        'peak, MiB': shown(memory),
        'peak ratio': ratio(memory, base.memory),
        children: childrenOf(commands[name] ?? []),
      },
    ]),
  ),
);
