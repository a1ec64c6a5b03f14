/**
 * What programs cost, measured in one run and in turn, with an empty process environment. Wall and CPU time: bash's `time`,
 * getrusage(2) in milliseconds. Peak memory: GNU time's %M, the largest resident set, in a run of its own. Child processes:
 * successful execve(2) calls after the first, counted once by strace -f.
 */
import { execFileSync } from 'node:child_process';

export type Command = string[];
/** One figure for each round. */
interface Figures {
  wall: number[];
  cpu: number[];
  memory: number[];
}

/** The Debian programs that measure. */
export const needed = { '/usr/bin/time': 'time', strace: 'strace', bash: 'bash' };

/** Runs a line of bash on the command with nothing of ours in its environment. What it exits with is its answer: nobody asks. */
export const clean = (script: string, command: Command): string =>
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

const measure = (commands: Record<string, Command>, rounds: number): Map<string, Figures> => {
  const all = new Map(Object.keys(commands).map(name => [name, { wall: [], cpu: [], memory: [] } as Figures]));
  for (let round = 0; round < rounds; round++)
    for (const [name, command] of Object.entries(commands)) {
      const { wall, cpu } = timesOf(command);
      const figures = all.get(name);
      figures?.wall.push(wall);
      figures?.cpu.push(cpu);
      figures?.memory.push(memoryOf(command));
    }
  return all;
};

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const shown = (values: number[]): string =>
  `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;

const ratio = (values: number[], base: number[]): string => `${(median(values) / median(base)).toFixed(2)} ×`;

export interface Comparison {
  title: string;
  commands: Record<string, Command>;
  /** The name of the command that is 1. */
  base: string;
  rounds: number;
}

/** Measures and prints a table. Asserts nothing. */
export const compare = ({ title, commands, base, rounds }: Comparison): void => {
  const figures = measure(commands, rounds);
  const one = figures.get(base) ?? { wall: [], cpu: [], memory: [] };
  console.log(`\n${title}: medians of ${rounds} alternating rounds (least–most); ratios to ${base}`);
  console.table(
    Object.fromEntries(
      [...figures].map(([name, { wall, cpu, memory }]) => [
        name,
        {
          'wall, ms': shown(wall),
          'wall ratio': ratio(wall, one.wall),
          'CPU, ms': shown(cpu),
          'CPU ratio': ratio(cpu, one.cpu),
          'peak, MiB': shown(memory),
          'peak ratio': ratio(memory, one.memory),
          children: childrenOf(commands[name] ?? []),
        },
      ]),
    ),
  );
};
