/** The boot pass on a whole appliance: a first boot, the trial, the boots after it, and everything that may go wrong before. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { grub } from '../../src/kernel/bootloaders/grub/grub.ts';
import { confirmTrial } from '../../src/kernel/trial/end.ts';
import type { Log } from '../../src/log.ts';
import { boot } from '../../src/pass/boot.ts';
import { bootSeen } from '../../src/pass/seen.ts';
import { put } from '../kernel/machine.ts';
import { document, makeDisc } from '../ovfenv/fixture.ts';
import {
  appliance,
  CLOUD,
  disk,
  GRUBENV,
  grubenv,
  powerOn,
  rewrite,
  STATE,
  stateOn,
  statusOn,
  UNIVERSAL,
} from './appliance.ts';

const silent: Log = () => {};
const pass = (root: string): Promise<void> => boot(openGuest(root), { budgetMs: 60_000 }, silent);
const booted = async (root: string, bootId: string, words = ''): Promise<void> => {
  powerOn(root, bootId, words);
  await pass(root);
};
const confirm = async (root: string) => {
  const guest = openGuest(root);
  return confirmTrial(guest, await bootSeen(guest, grub), silent);
};
const codes = (root: string): string[] => statusOn(root).notices.map(({ code }: { code: string }) => code);
const journal = (root: string): string[] =>
  readFileSync(`${root}/var/lib/enlighten/journal.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map(line => `${JSON.parse(line).id} ${JSON.parse(line).phase}`);
/** What must not change where nothing may: everything but the agent's own record. */
const appliancePart = (root: string) =>
  new Map([...disk(root)].filter(([path]) => !path.startsWith('/var/lib/enlighten/')));

test('first boot arms, the nonce runs, confirmed it is the default, and then nothing is written any more', async () => {
  const root = appliance();
  const before = readFileSync(root + GRUBENV);
  await booted(root, 'b1');
  assert.deepEqual(codes(root), []);
  assert.equal(stateOn(root).trial.state, 'armed');
  assert.equal(stateOn(root).trial.kernel, CLOUD);
  assert.equal(stateOn(root).trial.previous, UNIVERSAL);
  assert.equal(grubenv(root).get('enlighten_state'), 'armed');
  assert.equal(grubenv(root).get('enlighten_trial_kernel'), `/boot/vmlinuz-${CLOUD}`);
  assert.deepEqual(journal(root), ['kernel intended', 'kernel done', 'protection:apt intended', 'protection:apt done']);
  assert.equal(statusOn(root).lastPass.outcome, 'applied');
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8').trim(), '30');
  assert.equal(existsSync(`${root}/run/issue.d/enlighten.issue`), false);

  await booted(root, 'b2');
  assert.equal(statusOn(root).trial.state, 'running');
  assert.match(readFileSync(`${root}/run/issue.d/enlighten.issue`, 'utf8'), new RegExp(CLOUD));

  assert.equal((await confirm(root))?.trial.state, 'confirmed');
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), `/boot/vmlinuz-${CLOUD}`);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
  assert.equal(existsSync(`${root}/run/issue.d/enlighten.issue`), false);

  for (const bootId of ['b3', 'b4']) {
    powerOn(root, bootId);
    const kept = disk(root);
    await pass(root);
    assert.equal(statusOn(root).lastPass.outcome, 'unchanged');
    assert.equal(statusOn(root).trial.state, 'settled');
    assert.deepEqual(disk(root), kept);
    assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8').trim(), '30');
  }
  assert.equal(before.length, readFileSync(root + GRUBENV).length);
});

test('a trial that died before us is a verdict: not armed again, until somebody asks', async () => {
  const root = appliance();
  await booted(root, 'b1');
  powerOn(root, 'b2'); // GRUB started it, and it never reached us
  await booted(root, 'b3');
  assert.equal(stateOn(root).trial.state, 'rolled-back');
  assert.equal(stateOn(root).trial.cause, 'no-userspace');
  assert.deepEqual(codes(root), ['trial-no-userspace', 'trial-verdict']);
  assert.equal(statusOn(root).lastPass.outcome, 'blocked');
  for (const bootId of ['b4', 'b5']) await booted(root, bootId);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
  assert.equal(statusOn(root).lastPass.outcome, 'unchanged');
});

test('another kernel chosen in the menu: armed once more in that very boot, then no more', async () => {
  const root = appliance();
  const otherChosen = (bootId: string) => {
    powerOn(root, bootId);
    execFileSync('grub-editenv', [root + GRUBENV, 'set', 'enlighten_state=armed']);
    put(root, '/proc/cmdline', readFileSync(`${root}/proc/cmdline`, 'utf8').replace(/enlighten\.trial=\S+/, ''));
    put(root, '/proc/sys/kernel/osrelease', `${UNIVERSAL}\n`);
  };
  await booted(root, 'b1');
  otherChosen('b2');
  await pass(root);
  assert.equal(stateOn(root).trial.attempts, 2);
  assert.equal(grubenv(root).get('enlighten_state'), 'armed');
  otherChosen('b3');
  await pass(root);
  assert.deepEqual(codes(root), ['trial-not-started', 'trial-attempts']);
  assert.equal(grubenv(root).get('enlighten_state'), undefined);
});

test('a clone starts at none, forgets the kernel it inherited, and tries again at its next boot', async () => {
  const root = appliance();
  await booted(root, 'b1');
  await booted(root, 'b2');
  await confirm(root);
  put(root, '/sys/class/dmi/id/product_uuid', '99999999-2222-3333-4444-555555555555\n');
  await booted(root, 'b3');
  assert.equal(stateOn(root).trial.state, 'none');
  assert.ok(codes(root).includes('machine-changed'));
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), undefined);
  await booted(root, 'b4');
  assert.equal(stateOn(root).trial.state, 'armed');
});

test('a clone of a machine on which the kernel failed tries it once GRUB has left its mark there', async () => {
  const root = appliance();
  await booted(root, 'b1');
  powerOn(root, 'b2');
  await booted(root, 'b3');
  put(root, '/sys/class/dmi/id/product_uuid', '99999999-2222-3333-4444-555555555555\n');
  await booted(root, 'b4');
  assert.deepEqual(codes(root), ['machine-changed', 'loader-mark']);
  await booted(root, 'b5');
  assert.equal(stateOn(root).trial.state, 'armed');
});

test('confirm is nothing in a boot that is not the trial, even where the boot pass did not run', async () => {
  const root = appliance();
  await booted(root, 'b1');
  await booted(root, 'b2');
  powerOn(root, 'b3');
  assert.equal(await confirm(root), null);
  assert.equal(grubenv(root).get('enlighten_proven_kernel'), undefined);
});

test('not sealed: a plan, and nothing of the system changes', async () => {
  const root = appliance();
  rmSync(`${root}/var/lib/enlighten/sealed`);
  powerOn(root, 'b1');
  const before = appliancePart(root);
  await pass(root);
  assert.equal(statusOn(root).lastPass.outcome, 'planned');
  assert.ok(codes(root).includes('plan-only'));
  assert.deepEqual(appliancePart(root), before);
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8'), '60\n');
});

test('enlighten=off: no plan, no change', async () => {
  const root = appliance();
  powerOn(root, 'b1', 'enlighten=off');
  const before = appliancePart(root);
  await pass(root);
  assert.deepEqual(JSON.parse(readFileSync(`${root}/run/enlighten/plan.json`, 'utf8')).steps, []);
  assert.deepEqual(appliancePart(root), before);
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8'), '60\n');
});

const drive = (root: string, image: Buffer): void => {
  mkdirSync(`${root}/sys/block/sr0`, { recursive: true });
  put(root, '/dev/sr0', image);
};

test('a disc is read; when it has gone its word stays, marked stale, and nothing else happens', async t => {
  const root = appliance();
  drive(root, readFileSync(makeDisc(t, { 'ovf-env.xml': document })));
  await booted(root, 'b1', 'enlighten.kernel=keep');
  assert.match(readFileSync(`${root}/run/enlighten/env`, 'utf8'), /ENVIRONMENT='iso'\n.*STALE='false'/s);
  rmSync(`${root}/sys/block/sr0`, { recursive: true });
  await booted(root, 'b2', 'enlighten.kernel=keep');
  assert.equal(statusOn(root).lastPass.outcome, 'unchanged');
  assert.match(readFileSync(`${root}/run/enlighten/env`, 'utf8'), /STALE='true'/);
  assert.doesNotMatch(readFileSync(`${root}/run/enlighten/environment.json`, 'utf8'), /s3cret/);
});

test('what kept the environment from being read is told as long as it does, and no boot longer', async () => {
  const root = appliance();
  const seed = '/var/lib/enlighten/seed/ovf-env.xml';
  mkdirSync(root + seed, { recursive: true }); // a folder in its place cannot be read
  await booted(root, 'b1', 'enlighten.kernel=keep');
  assert.deepEqual(codes(root), ['environment-unreadable']);
  await booted(root, 'b2', 'enlighten.kernel=keep');
  assert.deepEqual([statusOn(root).lastPass.outcome, codes(root)], ['unchanged', ['environment-unreadable']]);
  rmSync(root + seed, { recursive: true });
  await booted(root, 'b3', 'enlighten.kernel=keep');
  assert.deepEqual([statusOn(root).lastPass.outcome, codes(root)], ['applied', []]);
  await booted(root, 'b4', 'enlighten.kernel=keep');
  assert.equal(statusOn(root).lastPass.outcome, 'unchanged');
});

test('a disc of random bytes, and a hostile document, change nothing about the boot', async t => {
  const hostile = '<!DOCTYPE a [<!ENTITY b "b"><!ENTITY c "&b;&b;">]><Environment>&c;</Environment>';
  for (const image of [randomBytes(200_000), readFileSync(makeDisc(t, { 'ovf-env.xml': hostile }))]) {
    const root = appliance();
    drive(root, image);
    await booted(root, 'b1');
    assert.equal(stateOn(root).trial.state, 'armed');
    assert.equal(existsSync(`${root}/var/lib/enlighten/environment.json`), false);
    if (image.length !== 200_000) assert.ok(codes(root).some(code => code.startsWith('environment-')));
  }
});

test('a half-written, foreign or newer state: never armed, and the file is left as it is', async () => {
  const root = appliance();
  await booted(root, 'b1');
  const whole = readFileSync(root + STATE, 'utf8');
  execFileSync('grub-editenv', [root + GRUBENV, 'unset', 'enlighten_state']);
  const loader = () => [...grubenv(root)].filter(([name]) => name !== 'enlighten_mark');
  const prefixes = Array.from({ length: 8 }, (_, step) => whole.slice(0, Math.floor((whole.length * step) / 8)));
  const foreign = [
    'garbage',
    '[]',
    'null',
    '{"schemaVersion":1}',
    '{"schemaVersion":2,"any":"thing"}',
    '\0'.repeat(100),
  ];
  for (const content of [...prefixes, ...foreign]) {
    rewrite(root, STATE, content);
    powerOn(root, 'b2');
    const before = loader();
    await pass(root);
    assert.equal(readFileSync(root + STATE, 'utf8'), content);
    assert.deepEqual(loader(), before, content.slice(0, 40));
    assert.ok(codes(root).some(code => code.startsWith('state-')));
  }
});

test('an unreadable grubenv stops neither the tuning nor the next boots', async () => {
  const root = appliance();
  await booted(root, 'b1');
  powerOn(root, 'b2');
  rewrite(root, GRUBENV, Buffer.alloc(3000, 'x'));
  put(root, '/sys/class/dmi/id/product_uuid', '99999999-2222-3333-4444-555555555555\n');
  await pass(root);
  assert.equal(stateOn(root).trial.state, 'none');
  assert.ok(codes(root).includes('loader-block'));
  assert.equal(readFileSync(`${root}/proc/sys/vm/swappiness`, 'utf8').trim(), '30');
});

test('another writer at work is named; one that is gone has lost the lock', async t => {
  const root = appliance();
  powerOn(root, 'b1');
  const other = spawn('sleep', ['30']);
  t.after(() => other.kill());
  const started = readFileSync(`/proc/${other.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  put(root, '/run/enlighten/lock', `${other.pid} ${started} apply`);
  await assert.rejects(pass(root), { code: 'locked', message: new RegExp(`enlighten apply.*${other.pid}`) });
  assert.equal(existsSync(root + STATE), false);
  put(root, '/run/enlighten/lock', `${other.pid} 1 apply`); // the same number, another process
  await pass(root);
  assert.equal(stateOn(root).trial.state, 'armed');
  assert.equal(existsSync(`${root}/run/enlighten/lock`), false);
});

const away: Record<string, (root: string) => void> = {
  'a container': root => put(root, '/run/host/container-manager', 'systemd-nspawn\n'),
  kdump: root => put(root, '/proc/vmcore', ''),
  'an initramfs': root => put(root, '/etc/initrd-release', 'ID=debian\n'),
  'a system update': root => symlinkSync('/var/lib/system-update', `${root}/system-update`),
  'rescue.target': root => powerOn(root, 'b1', 'systemd.unit=rescue.target'),
  emergency: root => powerOn(root, 'b1', 'emergency'),
  'single user': root => powerOn(root, 'b1', 'single'),
};
for (const [name, make] of Object.entries(away)) {
  test(`out of the way: ${name}`, async () => {
    const root = appliance();
    powerOn(root, 'b1');
    make(root);
    const before = disk(root);
    await pass(root);
    assert.deepEqual(disk(root), before);
    assert.equal(existsSync(`${root}/run/enlighten`), false);
  });
}
