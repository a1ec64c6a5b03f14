/** What can be said about the code without running it: one line for each tool, all of them whatever the others say. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { at, runtime } from './paths.ts';

/** Each tool's entry point in node_modules and its arguments; none of them writes. */
const tools: Record<string, string[]> = {
  biome: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  knip: ['knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'],
  'dependency-cruiser': [
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    ...['--config', '.dependency-cruiser.json', 'src', 'scripts', 'test'],
  ],
  tsc: ['typescript/bin/tsc', '--noEmit', '--project', '.'],
};

const check = async (name: string, [entry, ...args]: string[]): Promise<boolean> => {
  const began = performance.now();
  const tool = spawn(runtime, [at(`node_modules/${entry}`), ...args], {
    cwd: at('.'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => tool.on('error', reject).on('close', resolve));
  const [code, said, complained] = await Promise.all([ended, text(tool.stdout), text(tool.stderr)]);
  const took = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  console.log(code === 0 ? `ok  ${name}  (${took})` : `FAILED  ${name}  (${took})\n${said}${complained}`);
  return code === 0;
};

const results = await Promise.all(Object.entries(tools).map(([name, command]) => check(name, command)));
if (results.includes(false)) process.exitCode = 1;
