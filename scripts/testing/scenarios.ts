/** The scenarios in virtual machines, as their own program reports them. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { at, runtime } from '../paths.ts';
import type { Count } from './count.ts';

/** @param tier which scenarios; see test/vm/scenario.ts */
export const runScenarios = async (tier: 'core' | 'all'): Promise<Count> => {
  const lab = spawn(runtime, [at('test/vm/run.ts'), '--tier', tier], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => lab.on('error', reject).on('close', resolve));
  let count: Count | null = null;
  for await (const line of createInterface({ input: lab.stdout })) {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    // Its sum is a part of ours, which is printed in its stead.
    if (passed === undefined) console.log(line);
    else count = { passed: Number(passed), failed: Number(failed) };
  }
  const code = await ended;
  if (count !== null && (code === 0) === (count.failed === 0)) return count;
  console.log(`FAILED  the lab ended with exit code ${code}${count === null ? ' before it counted' : ''}`);
  return { passed: count?.passed ?? 0, failed: (count?.failed ?? 0) + 1 };
};
