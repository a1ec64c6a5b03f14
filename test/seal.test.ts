/** `seal` and what comes after it: an image that was sealed twice, cloned or restored starts anew, on real boot passes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freshFolder, put } from './kernel/machine.ts';
import { appliance, CLOUD, grubenv, powerOn, rewrite, STATE, stateOn } from './pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const run = (root: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--root', root], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
};
const boot = (root: string, id: string, words = ''): void => {
  powerOn(root, id, words);
  const { code, err } = run(root, 'boot');
  assert.equal(code, 0, err);
};
/** What the agent may say it has done on the machine it wakes up on, before its first pass. */
const trialOf = (root: string) => JSON.parse(run(root, 'status', '--json').out).trial;
const copyOf = (root: string): string => {
  const copy = freshFolder();
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
};
const onAnotherMachine = (root: string): void =>
  rewrite(root, '/sys/class/dmi/id/product_uuid', '99999999-8888-7777-6666-555555555555\n');

let first: string | null = null;

/** Armed, booted, confirmed, settled: everything a machine can remember. */
const used = (): string => {
  first ??= lived();
  return copyOf(first);
};

const lived = (): string => {
  const root = appliance();
  boot(root, 'b1');
  boot(root, 'b2');
  assert.equal(run(root, 'confirm').code, 0);
  boot(root, 'b3');
  assert.equal(trialOf(root).state, 'settled');
  return root;
};

const POOL = '/var/lib/hyperv/.kvp_pool_0';
const ID = '/etc/machine-id';
const OURS = [
  ...['/var/lib/enlighten/initramfs.json', '/etc/modprobe.d/enlighten-load.conf'],
  ...[`/boot/initrd.img-${CLOUD}.enlighten`, `/boot/initrd.img-${CLOUD}.enlighten-new`],
];

test('forgets what the machine it was built on left, its identity only on request', () => {
  const root = used();
  put(root, '/var/lib/enlighten/environment.json', '{}');
  for (const path of OURS) put(root, path, '{}');
  put(root, POOL, 'key');
  put(root, ID, '0123456789abcdef0123456789abcdef\n');
  put(root, '/etc/ssh/ssh_host_rsa_key', 'PRIVATE');
  const plain = run(root, 'seal', '--json');
  assert.equal(plain.code, 0, plain.out);
  for (const path of [
    STATE,
    '/var/lib/enlighten/journal.jsonl',
    '/var/lib/enlighten/environment.json',
    POOL,
    ...OURS,
  ]) {
    assert.equal(existsSync(root + path), false, path);
  }
  assert.ok(existsSync(`${root}/boot/initrd.img-${CLOUD}`));
  assert.match(readFileSync(root + ID, 'utf8'), /^0123/);
  assert.ok(JSON.parse(plain.out).notices.some(({ code }: { code: string }) => code === 'image-identity'));
  assert.equal(run(root, 'seal', '--identity').code, 0);
  assert.equal(readFileSync(root + ID, 'utf8'), '');
  assert.equal(existsSync(`${root}/etc/ssh/ssh_host_rsa_key`), false);
});

test('says that reboots go past the boot loader, where Debian’s kexec-tools are set to that', () => {
  const root = appliance();
  const told = () => {
    const { notices } = JSON.parse(run(root, 'seal', '--json').out);
    return notices.filter(({ code }: { code: string }) => code === 'kexec-reboots').length;
  };
  put(root, '/etc/init.d/kexec-load', '');
  put(root, '/etc/default/kexec', 'LOAD_KEXEC=true\n');
  assert.equal(told(), 1);
  put(root, '/etc/default/kexec', 'LOAD_KEXEC=false\n');
  assert.equal(told(), 0);
});

test('sealed twice: each first boot starts at none, and the boot loader has forgotten, too', () => {
  const root = used();
  for (const again of ['c', 'd']) {
    assert.equal(run(root, 'seal').code, 0);
    assert.deepEqual(
      [...grubenv(root).keys()].filter(key => key.includes('proven')),
      [],
    );
    assert.equal(trialOf(root).state, 'none');
    boot(root, `${again}1`);
    const { trial, seq } = stateOn(root);
    assert.deepEqual([trial.state, trial.attempts], ['armed', 1]);
    assert.ok(seq < 10, `a new state, not one that goes on: ${seq}`);
  }
});

test('a seal that finds problems leaves the earlier one in force, and what it knew', () => {
  const root = used();
  const state = readFileSync(root + STATE, 'utf8');
  rewrite(root, '/boot/grub/custom.cfg', 'somebody else’s\n');
  assert.equal(run(root, 'seal').code, 4);
  assert.ok(existsSync(`${root}/var/lib/enlighten/sealed`));
  assert.equal(readFileSync(root + STATE, 'utf8'), state);
});

test('a clone of a machine in use starts at none: what the other one proved is forgotten, verdicts, too', () => {
  const original = used();
  const verdict = { release: CLOUD, hypervisor: 'kvm', cause: 'health:x:1', at: '2026-01-01T00:00:00Z' };
  rewrite(
    original,
    STATE,
    JSON.stringify({ ...stateOn(original), verdicts: [verdict], reboots: { candidates: CLOUD, count: 2 } }),
  );
  const clone = copyOf(original);
  onAnotherMachine(clone);
  boot(clone, 'c1', 'enlighten.kernel=keep');
  const { trial, verdicts, reboots, machine } = stateOn(clone);
  assert.deepEqual([trial.state, trial.kernel, verdicts, reboots.count], ['none', null, [], 0]);
  assert.match(machine.product, /^9999/);
  assert.deepEqual(
    [...grubenv(clone).keys()].filter(key => key.includes('proven')),
    [],
  );
});

test('a snapshot with a trial armed, restored as another machine: it starts at none', () => {
  const root = appliance();
  boot(root, 'b1');
  assert.equal(stateOn(root).trial.state, 'armed');
  const restored = copyOf(root);
  onAnotherMachine(restored);
  boot(restored, 'c1', 'enlighten.kernel=keep');
  assert.deepEqual([stateOn(restored).trial.state, stateOn(restored).trial.nonce], ['none', null]);
  assert.deepEqual(
    [...grubenv(restored).keys()].filter(key => /trial|nonce|state/.test(key)),
    [],
  );
});

test('the same snapshot on the same machine: the trial goes on, and nothing else is armed for it', () => {
  const root = appliance();
  boot(root, 'b1');
  const restored = copyOf(root);
  boot(root, 'b2');
  boot(restored, 'c2');
  assert.deepEqual(
    [root, restored].map(folder => [stateOn(folder).trial.state, stateOn(folder).trial.attempts]),
    [
      ['running', 1],
      ['running', 1],
    ],
  );
});
