/** What the host told at the full pass is built on at the boots in which nothing changed: nobody asks it again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cpuidOf, dmiOf } from '../detect/folder.ts';
import { put } from '../kernel/machine.ts';
import { appliance, powerOn, stateOn } from '../pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The tool's answers, as a recording of a machine would have them. */
const recordingOf = (answers: Record<string, string>): string => {
  const queries = Object.entries(answers).map(([word, stdout]) => [
    JSON.stringify(['vmware-toolbox-cmd', word]),
    { exitCode: 0, stdout: `${stdout}\n`, stderr: '' },
  ]);
  const nothing = { stats: {}, free: {}, failures: {}, blocks: {}, recalled: {} };
  return JSON.stringify({ schemaVersion: 1, ...nothing, queries: Object.fromEntries(queries) });
};

const sizes = (root: string): string[] =>
  readFileSync(`${root}/run/enlighten/env`, 'utf8')
    .split('\n')
    .filter(line => /_(CPUS|THREADS|MEMORY)=/.test(line));

test('a limit in MHz is in /run/enlighten/env, and still there when only the kernel is asked', t => {
  const root = appliance();
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const files = {
    '/cpuid.json': cpuidOf('VMwareVMware'),
    ...dmiOf({ sys_vendor: 'VMware, Inc.', product_name: 'VMware Virtual Platform' }),
    '/sys/devices/system/cpu/online': '0-3\n',
    '/recording.json': recordingOf({ speed: '2400 MHz', cpulimit: '3600 MHz', memres: '512 MB', balloon: '128 MB' }),
  };
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  const boot = (id: string): string => {
    powerOn(root, id);
    return spawnSync(process.execPath, [MAIN, 'boot', '--verbose', '--root', root], { encoding: 'utf8' }).stderr;
  };
  boot('b1');
  const expected = [
    "ENLIGHTEN_CPUS='1.5'",
    "ENLIGHTEN_THREADS='2'",
    "ENLIGHTEN_MEMORY='889192448'", // (1,000,000 KiB - 128 MiB) in whole 16 MiB
    "ENLIGHTEN_GUARANTEED_MEMORY='536870912'",
  ];
  assert.deepEqual(sizes(root), expected);
  assert.deepEqual(
    stateOn(root).pass.told.map(({ name }: { name: string }) => name),
    ['cpuSpeed', 'cpuLimit', 'memoryReservation', 'memoryBallooned'],
  );
  for (const id of ['b2', 'b3']) boot(id);
  rmSync(`${root}/recording.json`);
  assert.match(boot('b4'), /unchanged/);
  assert.deepEqual(sizes(root), expected);
});
