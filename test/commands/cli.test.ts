/** The program as people and units call it: a child process, its exit code, its one document. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { put } from '../kernel/machine.ts';
import { document, makeDisc } from '../ovfenv/fixture.ts';
import { appliance, CLOUD, GRUBENV, grubenv, powerOn, STATE, stateOn } from '../pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
};
const fresh = (bootId = 'b1'): string => {
  const root = appliance();
  powerOn(root, bootId);
  return root;
};
/** Exactly one JSON document, `schemaVersion` first. */
const json = (...args: string[]) => {
  const { code, out } = run(...args, '--json');
  assert.equal(out.trim().split('\n').length, 1, out);
  const value = JSON.parse(out);
  assert.equal(Object.keys(value)[0], 'schemaVersion');
  assert.equal(value.schemaVersion, 1);
  return { code, value };
};
const names = [
  'boot',
  'detect',
  'resources',
  'env',
  'plan',
  'apply',
  'status',
  'debug',
  'confirm',
  'rollback',
  'undo',
  'prepare',
  'seal',
  'capture',
  'trial',
  'profiles',
];

test('help of the program and of every command', () => {
  const overview = run('--help');
  assert.equal(overview.code, 0);
  assert.equal(run().out, overview.out);
  for (const name of names) {
    assert.match(overview.out, new RegExp(`^ {2}${name} `, 'm'));
    const help = run(name, '--help');
    assert.deepEqual([help.code, help.err], [0, ''], name);
    assert.match(help.out, new RegExp(`enlighten ${name}`));
  }
  assert.match(run('--version').out, /^\d+\.\d+\.\d+/);
});

test('usage errors exit 2 and print nothing', () => {
  const root = fresh();
  const wrong = [
    ['no-such-command'],
    ['constructor'],
    ['--json'],
    ['status', '--no-such-option'],
    ['env', 'dance', '--root', root],
    ['env', 'get', 'a', 'b', '--root', root],
    ['trial', '--root', root],
    ['undo', 'kernel', '--root', root], // meant --step kernel; it must not undo everything
    ['apply', '--only', 'magic', '--root', root],
    ['apply', '--retry', 'sysctl', '--root', root],
    ['prepare', '--check', '--target', 'vmware,commodore', '--root', root],
    ['status', '--root', `${root}/absent`],
    ['boot', '--root='],
    ['boot', '--root', `${root}/proc/cmdline`],
  ];
  for (const args of wrong) {
    const { code, out, err } = run(...args);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, /enlighten: /);
    assert.doesNotMatch(err, /^\s+at /m);
  }
  assert.equal(existsSync(`${root}/absent`), false);
});

test('detect, plan and status: one document each; plan says that something is pending', () => {
  const root = fresh();
  const detected = json('detect', '--root', root);
  assert.deepEqual([detected.code, detected.value.hypervisor], [0, 'kvm']);
  const planned = json('plan', '--root', root);
  assert.equal(planned.code, 4);
  assert.deepEqual(planned.value.steps[0].id, 'kernel');
  assert.ok(planned.value.steps.every(({ reason, reference }: Record<string, string>) => reason && reference));
  const { code, value } = json('status', '--root', root);
  assert.deepEqual([code, value.sealed, value.trial.state, value.lastPass], [0, true, 'none', null]);
  assert.deepEqual(Object.keys(value), ['schemaVersion', 'sealed', 'trial', 'lastPass', 'applied', 'held', 'notices']);
  assert.equal(existsSync(root + STATE), false);
});

test('detect: devices and offers are in its document only when asked for', () => {
  const root = fresh();
  const plain = json('detect', '--root', root);
  assert.equal(plain.code, 0);
  assert.ok(!('devices' in plain.value) && !('offers' in plain.value));
  const { devices, ...offered } = json('detect', '--devices', '--offers', '--root', root).value;
  const { offers, ...same } = offered;
  assert.deepEqual(same, plain.value);
  assert.deepEqual(Object.keys(devices[0]), [
    'bus',
    'id',
    'modalias',
    'driver',
    'class',
    'provides',
    'nature',
    'because',
    'reference',
    'neededBy',
  ]);
  assert.deepEqual(Object.keys(offers[0]), ['id', 'title', 'offered', 'inUse', 'missing', 'evidence', 'reference']);
  const told = run('detect', '--devices', '--offers', '--root', root).out;
  assert.match(told, /^devices$/m);
  assert.match(told, /^ {2}pci .*virtio over PCI/m);
  assert.match(told, /^not offered$/m);
});

test('env: 3 where there is none, its document, one value, a refused one', t => {
  const root = fresh();
  assert.deepEqual(run('env', 'show', '--root', root), { code: 3, out: '', err: '' });
  cpSync(makeDisc(t, { 'ovf-env.xml': document }), `${root}/dev/sr0`);
  put(root, '/sys/block/sr0/ro', '1\n');
  const shown = json('env', 'show', '--root', root);
  assert.equal(shown.code, 0);
  assert.equal(shown.value.properties.admin_password, '********');
  assert.match(run('env', 'show', '--reveal', '--json', '--root', root).out, /s3cret/);
  assert.deepEqual(run('env', 'get', 'hostname', '--root', root), { code: 0, out: 'web1\n', err: '' });
  assert.equal(run('env', 'get', 'absent', '--root', root).code, 3);
  assert.equal(run('env', 'get', '__proto__', '--root', root).code, 3);
  const exported = run('env', 'export', '--shell', '--root', root);
  assert.match(exported.out, /^OVF_hostname='web1'$/m);
  assert.doesNotMatch(exported.out, /s3cret|\*\*\*/);
  assert.deepEqual(run('env', 'export', '--root', root), exported);
  assert.match(run('env', 'export', '--reveal', '--root', root).out, /^OVF_admin_password='s3cret "quoted"'$/m);
  assert.deepEqual(run('env', 'get', 'admin_password', '--root', root).out, 's3cret "quoted"\n');
  assert.equal(JSON.parse(run('env', 'export', '--json', '--root', root).out).hostname, 'web1');
  assert.equal(json('env', 'transports', '--root', root).code, 0);
  put(root, '/hostile.xml', '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>');
  const told = run('env', 'show', '--root', root).out;
  assert.match(told, /adapter 00:50:56/);
  const refused = run('env', 'show', '--json', '--file', '/hostile.xml', '--root', root);
  assert.deepEqual([refused.code, refused.out], [1, '']);
  assert.equal(run('env', 'show', '--file', '/none.xml', '--root', root).code, 1);
});

test('boot, confirm, undo, apply: the life of a kernel by hand', () => {
  const root = fresh();
  const before = readFileSync(root + GRUBENV);
  assert.equal(run('confirm', '--root', root).code, 3);
  assert.equal(run('rollback', '--root', root).code, 3);
  assert.equal(run('boot', '--root', root).code, 0);
  assert.equal(json('status', '--root', root).value.trial.state, 'armed');
  powerOn(root, 'b2');
  assert.equal(run('boot', '--root', root).code, 0);
  const kernel = () => json('plan', '--root', root).value.steps.find(({ id }: { id: string }) => id === 'kernel');
  assert.deepEqual([kernel().state, kernel().drift], ['pending', false], 'a trial under way is no drift');
  assert.equal(json('confirm', '--root', root).value.trial.state, 'confirmed');
  const { steps } = json('plan', '--root', root).value;
  const pending = steps.filter(({ state }: { state: string }) => state === 'pending');
  assert.deepEqual(
    pending.map(({ kind }: { kind: string }) => kind),
    ['initramfs'],
    'which is looked at after the boot, by programs a folder does not run',
  );

  const undone = json('undo', '--root', root);
  assert.equal(undone.code, 0);
  assert.ok(undone.value.held.includes('kernel'));
  assert.deepEqual(undone.value.applied, []);
  assert.deepEqual(readFileSync(root + GRUBENV), before);
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8').trim(), '60');
  powerOn(root, 'b3');
  assert.equal(run('boot', '--root', root).code, 0);
  assert.equal(grubenv(root).get('enlighten_state'), undefined, 'undo holds');
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8').trim(), '60');

  const applied = json('apply', '--root', root);
  assert.equal(applied.code, 5);
  assert.deepEqual(stateOn(root).held, []);
  assert.equal(grubenv(root).get('enlighten_state'), 'armed');
});

test('rolled back by hand it is a verdict, which apply --retry kernel lifts at once', () => {
  const root = fresh();
  run('boot', '--root', root);
  powerOn(root, 'b2');
  run('boot', '--root', root);
  assert.equal(json('rollback', '--root', root).value.trial.state, 'rolled-back');
  powerOn(root, 'b3');
  run('boot', '--root', root);
  const kernel = (value: { steps: { id: string; state: string; by: { code: string } | null }[] }) =>
    value.steps.find(({ id }) => id === 'kernel');
  assert.equal(kernel(json('plan', '--root', root).value)?.by?.code, 'trial-verdict');
  assert.equal(run('apply', '--root', root).code, 0);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
  const dry = run('apply', '--dry-run', '--retry', 'kernel', '--root', root);
  assert.equal(dry.code, 0);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
  assert.equal(run('apply', '--retry', 'kernel', '--root', root).code, 5);
  assert.equal(grubenv(root).get('enlighten_state'), 'armed');
  assert.equal(stateOn(root).trial.kernel, CLOUD);
});

test('a broken state blocks the kernel until apply --retry kernel; undo does not lift that', () => {
  const root = fresh();
  put(root, STATE, '{"schemaVersion":1,');
  run('boot', '--root', root);
  assert.equal(json('status', '--root', root).value.notices[0].code, 'state-broken');
  assert.equal(run('undo', '--root', root).code, 0);
  powerOn(root, 'b2');
  run('boot', '--root', root);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
  assert.equal(run('apply', '--retry', 'kernel', '--root', root).code, 5);
});

test('a newer state: writers refuse, readers say so', () => {
  const root = fresh();
  put(root, STATE, '{"schemaVersion":9}');
  for (const args of [['apply'], ['undo'], ['confirm'], ['rollback']])
    assert.equal(run(...args, '--root', root).code, 1);
  assert.equal(json('status', '--root', root).value.notices[0].code, 'state-newer');
  assert.equal(readFileSync(root + STATE, 'utf8'), '{"schemaVersion":9}');
});

test('seal: 4 with problems and unsealed, 0 and forgotten without', () => {
  const root = fresh();
  run('boot', '--root', root);
  rmSync(`${root}/var/lib/enlighten/sealed`);
  const custom = readFileSync(`${root}/boot/grub/custom.cfg`);
  rmSync(`${root}/boot/grub/custom.cfg`);
  const refused = json('seal', '--root', root);
  assert.deepEqual([refused.code, refused.value.sealed], [4, false]);
  assert.equal(existsSync(`${root}/var/lib/enlighten/sealed`), false);
  put(root, '/boot/grub/custom.cfg', custom);
  const sealed = json('seal', '--root', root);
  assert.deepEqual([sealed.code, sealed.value.sealed], [0, true]);
  assert.equal(existsSync(root + STATE), false);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
});

test('a writer that finds another at work exits 1 and names it', t => {
  const root = fresh();
  const other = spawn('sleep', ['30']);
  t.after(() => other.kill());
  const started = readFileSync(`/proc/${other.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  put(root, '/run/enlighten/lock', `${other.pid} ${started} boot`);
  const { code, err } = run('apply', '--root', root);
  assert.equal(code, 1);
  assert.match(err, /enlighten boot/);
});

test('a reader that stops listening is no failure', async () => {
  const root = fresh();
  const child = spawn(process.execPath, [MAIN, 'debug', '--root', root], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const errors: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => errors.push(bytes));
  const code = await new Promise(resolve => child.on('close', resolve));
  assert.deepEqual([code, Buffer.concat(errors).toString()], [0, '']);
});
