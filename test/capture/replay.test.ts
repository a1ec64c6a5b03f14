/** Every capture in test/fixtures/captures tells here what it told where it was taken. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const captures = fileURLToPath(new URL('../fixtures/captures/', import.meta.url));
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const SUFFIX = '.tar.gz';

const answer = (command: string, root: string) =>
  JSON.parse(spawnSync(process.execPath, [main, command, '--json', '--root', root], { encoding: 'utf8' }).stdout);

const verdict = ({ evidence: _, overruled: __, ...rest }: Record<string, unknown>) => rest;

interface Step {
  id: string;
  current: string | null;
  desired: string;
  state: string;
  by: { code: string } | null;
}
const decided = ({ profile, steps }: { profile: string; steps: Step[] }) => ({
  profile,
  steps: steps.map(({ id, current, desired, state, by }) => ({ id, current, desired, state, by: by?.code ?? null })),
});

const names = readdirSync(captures).filter(name => name.endsWith(SUFFIX));

test('there are captures, each with what was concluded', () => {
  assert.ok(names.length > 0);
  const expectations = names.map(name => `${name.slice(0, -SUFFIX.length)}.json`);
  assert.deepEqual(readdirSync(captures).sort(), [...names, ...expectations, 'README.md'].sort());
});

for (const name of names)
  test(`${name} is detected and planned for as it was`, t => {
    const root = mkdtempSync(join(tmpdir(), 'enlighten-replay-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    execFileSync('tar', ['-C', root, '-xzf', join(captures, name)]);
    const expected = JSON.parse(readFileSync(join(captures, name.replace(SUFFIX, '.json')), 'utf8'));
    assert.deepEqual(verdict(answer('detect', root)), verdict(expected.detection));
    assert.deepEqual(decided(answer('plan', root)), decided(expected.plan));
  });
