/** `prepare --check` as vendors call it: the matrix, the exit code, one document. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { disk } from '../pass/appliance.ts';
import { GENERIC, imageWith } from './image.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'prepare', ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
};

const dependent = (): string => imageWith({}, { [GENERIC]: { without: ['vmw_pvscsi'] } });

test('exits 4 when a target that was named would not boot, else 0; writes nothing', () => {
  const root = dependent();
  const before = disk(root);
  const check = (...targets: string[]) => run('--check', '--root', root, ...targets).code;
  assert.equal(check('--target', 'vmware'), 4);
  assert.equal(check('--target', 'kvm,vmware-pvscsi-e1000'), 4);
  assert.equal(check('--target', 'vmware-nvme-vmxnet3'), 0);
  assert.equal(check('--target', 'kvm,hyperv'), 0);
  assert.equal(check(), 0, 'nobody named one');
  assert.deepEqual(disk(root), before);
});

test('the terminal’s form: a line for each target, then each reason once, with its remedy', () => {
  const { out } = run('--check', '--root', dependent(), '--target', 'vmware');
  assert.match(out, /^ {2}vmware-pvscsi-vmxnet3 +no +✗ +✓/m);
  assert.match(out, /^ {2}vmware-nvme-vmxnet3 +yes +✓ +✓/m);
  assert.equal(out.match(/^✗ disk, /gm)?.length, 1);
  assert.match(
    out,
    /✗ disk, vmware-pvscsi-vmxnet3 vmware-pvscsi-e1000\n.*lacks vmw_pvscsi[^→]*→ Rebuild its initramfs/s,
  );
  assert.match(out, /✗ tools, everywhere/);
  assert.equal(out.includes('\x1b'), false, 'no colour but on a terminal');
});

test('--json: one document; a family stands for its rows', () => {
  const { code, out } = run('--check', '--json', '--root', dependent(), '--target', 'hyperv,aws');
  const document = JSON.parse(out);
  assert.deepEqual([code, document.schemaVersion, document.kernel], [0, 1, GENERIC]);
  assert.deepEqual(
    document.targets.map(({ id, boots }: { id: string; boots: boolean }) => [id, boots]),
    [
      ['hyperv-gen1', true],
      ['hyperv-gen2', true],
      ['aws', true],
    ],
  );
});

/** Debian 12 with both flavours, where the lab has built it. */
const realTree = (): string | null => {
  const lab = fileURLToPath(new URL('../../.cache/lab/', import.meta.url));
  const names = (path: string): string[] => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  };
  const both = (tree: string) => names(`${tree}/boot`).filter(name => name.startsWith('initrd.img-')).length === 2;
  return (
    names(lab)
      .map(name => `${lab}${name}/tree`)
      .find(both) ?? null
  );
};

const real = realTree();

test('Debian’s own kernels: what is known about them, seen in their files', {
  skip: real === null && 'no base tree under .cache/lab: any scenario of test/vm builds one',
}, () => {
  const { out } = run('--check', '--json', '--root', real ?? '');
  const { targets, kernel } = JSON.parse(out);
  assert.doesNotMatch(kernel, /cloud/);
  interface Row {
    id: string;
    able: string[];
    requirements: Record<string, { state: string; kernels: { release: string; state: string }[] }>;
  }
  const stateOf = (row: Row, id: string, flavour: RegExp) =>
    row.requirements[id]?.kernels.find(({ release }) => flavour.test(release))?.state;
  for (const row of targets as Row[]) {
    const lsi = row.id.includes('-lsi-') || row.id === 'virtualbox';
    const e1000 = row.id.endsWith('-e1000') || row.id === 'virtualbox';
    assert.deepEqual([stateOf(row, 'disk', /\d-amd64/), stateOf(row, 'nic', /\d-amd64/)], ['ok', 'ok'], row.id);
    assert.equal(stateOf(row, 'disk', /cloud/), lsi ? 'missing' : 'ok', row.id);
    assert.equal(stateOf(row, 'nic', /cloud/), e1000 ? 'missing' : 'ok', row.id);
    assert.equal(row.able.length, lsi || e1000 ? 0 : 1, row.id);
  }
});
