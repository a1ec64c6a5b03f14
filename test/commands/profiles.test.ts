import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compileBuiltins } from '../../src/profiles/compile.ts';
import { profileNamed } from '../../src/profiles/match.ts';
import { shownLines } from '../../src/profiles/shown.ts';
import { folderWith } from '../detect/folder.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const because = 'reason: because, reference: "https://example.org/"';
const MINE = '/etc/enlighten/profiles.d/mine.yaml';
const BAD = '/srv/bad.yaml';
const files = {
  [MINE]: `name: mine\nextends: generic\nmatch: { hypervisor: [none] }\nsysctl:\n  vm.swappiness: { value: 1, when: { cpus: ">= 2" }, ${because} }\n`,
  [BAD]: `name: bad\nsysctl:\n  vm.a: { value: 1, when: { cpu: ">= 4" }, ${because} }\nblock:\n  - { driver: [nvme], sheduler: none, ${because} }\n`,
};

const run = (root: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'profiles', ...args, '--root', root], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};

test('check: file, line, column, and what is allowed there', t => {
  const root = folderWith(t, { files });
  const { code, out } = run(root, 'check', BAD);
  assert.equal(code, 1);
  assert.match(
    out,
    /^\/srv\/bad\.yaml:3:29: .*cpu: not known here; allowed: kernel, driver, device, cpus, memory, feature$/m,
  );
  assert.match(out, /^\/srv\/bad\.yaml:5:23: .*sheduler: not known here; allowed: .*scheduler/m);
  const { mistakes, ...rest } = JSON.parse(run(root, 'check', BAD, '--json').out);
  assert.deepEqual(rest, { schemaVersion: 1, file: BAD, valid: false });
  assert.deepEqual([mistakes[0].line, mistakes[0].column], [3, 29]);
  const good = run(root, 'check', MINE);
  assert.deepEqual([good.code, good.err], [0, '']);
  assert.match(good.out, /profile mine, 1 lines of its own/);
  const absent = run(root, 'check', '/srv/absent.yaml');
  assert.deepEqual([absent.code, absent.out], [1, '']);
});

test('list: each with its source, and which hold here', t => {
  const { profiles } = JSON.parse(run(folderWith(t, { files }), 'list', '--json').out);
  const builtin = compileBuiltins().map(({ name }) => name);
  assert.deepEqual(
    profiles.map(({ name }: { name: string }) => name),
    [...builtin, 'mine'].sort(),
  );
  assert.deepEqual(
    profiles
      .filter(({ chosen }: { chosen: boolean }) => chosen)
      .map(({ name, source }: Record<string, string>) => [name, source]),
    [
      ['generic', 'built-in'],
      ['mine', 'vendor'],
    ],
  );
});

test('show: every line with value, condition, reason, reference, how long it lasts and where it is written', t => {
  const root = folderWith(t, { files });
  const { lines, ...rest } = JSON.parse(run(root, 'show', 'mine', '--json').out);
  assert.deepEqual(rest, { schemaVersion: 1, name: 'mine', extends: ['generic'], match: { hypervisor: ['none'] } });
  const swappiness = lines.filter(({ id }: { id: string }) => id === 'sysctl:vm.swappiness');
  assert.deepEqual(swappiness, [
    {
      ...{ id: 'sysctl:vm.swappiness', value: '1', condition: { cpus: '>= 2' } },
      ...{ reason: 'because', reference: 'https://example.org/', lasts: 'boot', from: 'mine' },
    },
  ]);
  assert.ok(lines.some(({ from }: { from: string }) => from === 'generic'));
  assert.match(run(root, 'show', 'mine').out, /vm\.swappiness: 1 .*\n {4}where cpus >= 2\n {4}because/);
  const unknown = run(root, 'show', 'nobody');
  assert.deepEqual([unknown.code, unknown.out], [1, '']);
  assert.match(unknown.err, /profiles list/);
});

test('every built-in profile shows every line whole', () => {
  const builtin = compileBuiltins();
  for (const { name } of builtin) {
    const choice = profileNamed({ vendor: [], builtin }, name);
    assert.ok(choice !== null);
    for (const shown of shownLines(choice.profile, choice.chain)) {
      assert.match(shown.reference, /^https:/);
      assert.notEqual(shown.value, '', shown.id);
      assert.ok(choice.chain.some(each => each.name === shown.from));
    }
  }
});
