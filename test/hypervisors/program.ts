/** The host's side of hypervisors that cannot be had here, as small C programs: compiled once for each run of a test file. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param name of the source in this folder, without `.c`
 * @param options of gcc
 * @returns the compiled file, in a temporary folder that goes with this process
 */
export const compiled = (name: string, ...options: string[]): string => {
  const folder = mkdtempSync(join(tmpdir(), 'hypervisors-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const output = join(folder, name);
  execFileSync('gcc', ['-O1', '-Wall', '-Wextra', '-Werror', ...options, '-o', output, source], { stdio: 'pipe' });
  return output;
};
