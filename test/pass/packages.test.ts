/** Packages in a whole appliance as a folder: what is planned, what waits for the background, what comes from a disc. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { at } from '../../scripts/paths.ts';
import { openGuest } from '../../src/guest/open.ts';
import { boot } from '../../src/pass/boot.ts';
import { put } from '../kernel/machine.ts';
import { document, makeDisc } from '../ovfenv/fixture.ts';
import { debOf } from '../packages/built.ts';
import { appliance, CLOUD, disk, powerOn, stateOn, statusOn, UNIVERSAL } from './appliance.ts';

const CACHE = '/var/lib/enlighten/packages';
const APT = '/etc/apt/apt.conf.d/52ovf-enlighten';
const NEWER = '6.1.0-57-cloud-amd64';
const newer = debOf({ name: `linux-image-${NEWER}` });

const booted = async (root: string, bootId: string): Promise<void> => {
  powerOn(root, bootId);
  await boot(openGuest(root), { budgetMs: 120_000 }, () => {});
};
const enlighten = (root: string, ...args: string[]) =>
  spawnSync(process.execPath, [at('src/main.ts'), ...args, '--root', root], { encoding: 'utf8' });
const steps = (root: string): { id: string; kind: string; state: string; reason: string }[] =>
  JSON.parse(readFileSync(`${root}/run/enlighten/plan.json`, 'utf8')).steps;
const packages = (root: string) => steps(root).filter(({ kind }) => kind === 'package');
const WAITING = '/run/enlighten/background';
/** Packages alone; an initramfs may wait beside them. */
const waiting = (root: string): string[] =>
  existsSync(root + WAITING)
    ? readFileSync(root + WAITING, 'utf8')
        .split('\n')
        .filter(id => id.startsWith('package:'))
    : [];

test('a cached newer kernel waits for the background; the boot installs nothing, nor does the background while a trial is armed', async () => {
  const root = appliance();
  put(root, `${CACHE}/k.deb`, newer);
  await booted(root, 'b1');
  assert.deepEqual(
    packages(root).map(({ id, state }) => `${id} ${state}`),
    [`package:${NEWER} pending`],
  );
  assert.deepEqual(waiting(root), [`package:${NEWER}`]);
  assert.equal(enlighten(root, 'background').status, 0, 'a trial is armed: it waits for its end');
  assert.ok(!readFileSync(`${root}/var/lib/enlighten/journal.jsonl`, 'utf8').includes('package:'));
});

test('what is installed by then is armed once nothing more is to be done, for the next ordinary reboot', async () => {
  const root = appliance();
  const paths = [`/boot/vmlinuz-${CLOUD}`, `/boot/initrd.img-${CLOUD}`, `/lib/modules/${CLOUD}`];
  for (const path of paths) renameSync(root + path, `${root}${path.replace(CLOUD, 'away')}`);
  put(root, `${CACHE}/k.deb`, debOf({ name: `linux-image-${CLOUD}` }));
  await booted(root, 'b1');
  assert.deepEqual([waiting(root), stateOn(root).trial.state], [[`package:${CLOUD}`], 'none']);
  // A folder runs no dpkg: what it would leave.
  for (const path of paths) renameSync(`${root}${path.replace(CLOUD, 'away')}`, root + path);
  const status = `${readFileSync(`${root}/var/lib/dpkg/status`, 'utf8')}\nPackage: linux-image-${CLOUD}\nStatus: install ok installed\n`;
  put(root, '/var/lib/dpkg/status', status);
  // And what a package may write anew by the names of devices: no kernel is tried before that is mended.
  put(root, '/etc/fstab', '/dev/vda1 / ext4 defaults 0 1\n');
  put(root, '/sys/class/block/vda1/dev', '254:1\n');
  const { stderr } = enlighten(root, 'background');
  assert.match(readFileSync(`${root}/etc/fstab`, 'utf8'), /^UUID=/);
  const { trial, reboots } = stateOn(root);
  assert.deepEqual([trial.state, trial.kernel, reboots.count], ['armed', CLOUD, 0], stderr);
  assert.deepEqual(waiting(root), []);
  const order = [...stderr.matchAll(/^(\S+): begun|(a trial is armed)/gm)].map(([, id, armed]) => id ?? armed);
  assert.deepEqual(order, [`package:${CLOUD}`, `initramfs:${CLOUD}`, 'a trial is armed'], stderr);
});

test('what cannot be done on a folder is said, and tried later', async () => {
  const root = appliance();
  put(root, '/etc/enlighten/enlighten.yaml', `kernel: ${UNIVERSAL}\n`);
  put(root, `${CACHE}/k.deb`, debOf({ name: 'linux-image-6.1.0-99-amd64' }));
  put(root, '/etc/enlighten/enlighten.yaml', 'kernel: 6.1.0-99-amd64\n');
  await booted(root, 'b1');
  assert.deepEqual(waiting(root), ['package:6.1.0-99-amd64']);
  const { status, stderr } = enlighten(root, 'background');
  assert.equal(status, 75, stderr);
  assert.match(stderr, /no program is run under --root/);
});

test('an older one, another flavour, or `keep`: nothing to install', async () => {
  const root = appliance();
  put(root, `${CACHE}/old.deb`, debOf({ name: 'linux-image-6.1.0-9-cloud-amd64' }));
  put(root, `${CACHE}/rt.deb`, debOf({ name: 'linux-image-6.1.0-99-rt-amd64' }));
  await booted(root, 'b1');
  assert.deepEqual([packages(root), waiting(root)], [[], []]);
  put(root, '/etc/enlighten/enlighten.yaml', 'kernel: keep\n');
  put(root, `${CACHE}/k.deb`, newer);
  await booted(root, 'b2');
  assert.deepEqual(packages(root), []);
});

test('no room: blocked, and nothing waits', async () => {
  const root = appliance();
  put(root, `${CACHE}/k.deb`, newer);
  const recording = { schemaVersion: 1, stats: {}, free: { '/boot': 9_000_000, '/': 1e12, '/usr': 1e12 } };
  put(root, '/recording.json', JSON.stringify({ ...recording, failures: {}, blocks: {}, queries: {}, recalled: {} }));
  await booted(root, 'b1');
  assert.deepEqual(
    packages(root).map(({ state }) => state),
    ['blocked'],
  );
  assert.ok(statusOn(root).notices.some(({ code }: { code: string }) => code === 'packages-room'));
  assert.deepEqual(waiting(root), []);
});

test('kernels that must stay are protected with apt; undo takes the file away, byte for byte where there was one', async () => {
  for (const before of [null, '// an administrator wrote this\n']) {
    const root = appliance();
    put(root, '/etc/apt/apt.conf.d/01autoremove', '');
    if (before !== null) put(root, APT, before);
    await booted(root, 'b1');
    const text = readFileSync(root + APT, 'utf8');
    for (const release of [UNIVERSAL, CLOUD])
      assert.ok(text.includes(`"^linux-.*-${release.replaceAll('.', '\\.')}(-unsigned)?$";`), text);
    const kept = disk(root).get(APT);
    await booted(root, 'b2');
    assert.equal(disk(root).get(APT), kept, 'not written again');
    assert.equal(enlighten(root, 'undo', '--step', 'protection:apt').status, 0);
    assert.equal(existsSync(root + APT) ? readFileSync(root + APT, 'utf8') : null, before);
  }
});

test('pruning: off by default; asked for, the plan says before what cannot be undone, and spares what must stay', async () => {
  const root = appliance();
  const old = '6.1.0-12-amd64';
  for (const path of [`/boot/vmlinuz-${old}`, `/lib/modules/${old}/modules.dep`]) put(root, path, '');
  await booted(root, 'b1');
  assert.deepEqual(packages(root), []);
  put(root, '/etc/enlighten/enlighten.yaml', 'kernel: keep\nkernel.prune: 2\n');
  await booted(root, 'b2');
  const [step, ...more] = packages(root);
  assert.deepEqual([step?.id, more.length], [`package:${old}`, 0]);
  assert.match(step?.reason ?? '', /undo cannot bring it back/);
});

/** A channel of QEMU's guest agent. */
const withAgentPort = (root: string): void =>
  put(root, '/sys/class/virtio-ports/vport1p1/name', 'org.qemu.guest_agent.0\n');

test('a guest tool that is missing comes from the cache by the same way, with what it needs; else it is only named', async () => {
  const root = appliance();
  withAgentPort(root);
  put(root, '/etc/enlighten/enlighten.yaml', 'kernel: keep\n');
  await booted(root, 'b1');
  const tools = () => steps(root).filter(({ id }) => /qemu/.test(id));
  assert.deepEqual(
    tools().map(({ id, state }) => [id, state]),
    [['tools:qemu', 'blocked']],
  );
  put(root, `${CACHE}/agent.deb`, debOf({ name: 'qemu-guest-agent', depends: 'libglib2.0-0 (>= 2.64), libc6' }));
  put(root, `${CACHE}/glib.deb`, debOf({ name: 'libglib2.0-0' }));
  put(root, `${CACHE}/other.deb`, debOf({ name: 'spice-vdagent' }));
  await booted(root, 'b2');
  assert.deepEqual(
    tools().map(({ id, state }) => [id, state]),
    [['package:qemu-guest-agent', 'pending']],
    'what was put into the cache since is seen',
  );
  assert.deepEqual(waiting(root), ['package:qemu-guest-agent']);
  const recorded = JSON.parse(readFileSync(`${root}/var/lib/enlighten/state.json`, 'utf8')).pass.plan.steps;
  const files = recorded.flatMap(({ step }: { step: { files?: string[] } }) => step.files ?? []);
  assert.deepEqual(files, [`${CACHE}/agent.deb`, `${CACHE}/glib.deb`]);
});

/** A disc with the environment, the packages and their list of digests. */
const discWith = (t: Parameters<typeof makeDisc>[0], listed: Buffer, brought: Buffer) => {
  const digest = createHash('sha256').update(listed).digest('hex');
  const sums = `${digest}  k.deb\n`;
  const announced = createHash('sha256').update(sums).digest('hex');
  const xml = document.replace(
    '<PropertySection>',
    `<PropertySection><Property oe:key="enlighten.packages.sha256" oe:value="${announced}"/>`,
  );
  assert.ok(xml.includes(announced));
  return readFileSync(makeDisc(t, { 'ovf-env.xml': xml, 'ovffiles/SHA256SUMS': sums, 'ovffiles/k.deb': brought }));
};
const insert = (root: string, disc: Buffer): void => {
  put(root, '/dev/sr0', disc);
  put(root, '/sys/block/sr0/ro', '1\n');
  put(root, '/etc/enlighten/enlighten.yaml', 'kernel: keep\n');
};

test('packages on the disc are copied when the announced list says they are whole', async t => {
  const root = appliance();
  insert(root, discWith(t, newer, newer));
  await booted(root, 'b1');
  assert.deepEqual(waiting(root), ['package:disc']);
  assert.equal(existsSync(`${root}${CACHE}`), false, 'not at boot');
  const { status, stderr } = enlighten(root, 'background');
  assert.equal(status, 0, stderr);
  assert.deepEqual(readFileSync(`${root}${CACHE}/k.deb`), newer);
  assert.deepEqual(waiting(root), [], 'it is done');
  await booted(root, 'b2');
  assert.deepEqual(packages(root), []);
});

test('packages on the disc: another file than the list says, or no announcement, and nothing is copied', async t => {
  const root = appliance();
  insert(root, discWith(t, Buffer.from('another'), newer));
  await booted(root, 'b1');
  const { status, stderr } = enlighten(root, 'background');
  assert.equal(status, 75);
  assert.match(stderr, /has the digest/);
  assert.deepEqual(existsSync(root + CACHE) ? readdirSync(root + CACHE) : [], []);
  const bare = appliance();
  insert(
    bare,
    readFileSync(makeDisc(t, { 'ovf-env.xml': document, 'ovffiles/SHA256SUMS': '', 'ovffiles/k.deb': newer })),
  );
  await booted(bare, 'b1');
  assert.deepEqual(packages(bare), []);
  rmSync(bare, { recursive: true });
});

test('an image that comes up elsewhere keeps its packages, and what protects them is planned anew', async () => {
  const root = appliance();
  await booted(root, 'b1');
  const entry = { id: 'package:6.1.0-50-x', kind: 'package', lasts: 'persistent', at: '', phase: 'done' };
  const line = JSON.stringify({ ...entry, path: `${CACHE}/x.deb`, before: '', after: 'linux-image-6.1.0-50-x' });
  put(
    root,
    '/var/lib/enlighten/journal.jsonl',
    `${readFileSync(`${root}/var/lib/enlighten/journal.jsonl`, 'utf8')}${line}\n`,
  );
  put(root, '/sys/class/dmi/id/product_uuid', '99999999-2222-3333-4444-555555555555\n');
  await booted(root, 'b2');
  const codes = statusOn(root).notices.map(({ code }: { code: string }) => code);
  assert.ok(codes.includes('machine-changed'));
  assert.ok(!codes.includes('left-behind') && !codes.includes('step-failed'), codes.join(' '));
  const applied = statusOn(root).applied.map(({ id }: { id: string }) => id);
  assert.ok(applied.includes('package:6.1.0-50-x') && applied.includes('protection:apt'));
});
