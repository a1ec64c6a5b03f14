/** The command as people call it: the file it writes, what is in it and what is not, and what it tells when it is replayed. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { folderWith } from '../detect/folder.ts';
import { hyperv, kvm, vmware, xenPv } from '../detect/guests.ts';
import { linkTo, put } from '../kernel/machine.ts';
import { appliance, powerOn } from '../pass/appliance.ts';
import { enlighten, identities, passwords, planted } from './planted.ts';
import type { Concluded, Documents } from './replayed.ts';

const folder = (t: TestContext): string => {
  const made = mkdtempSync(join(tmpdir(), 'enlighten-captures-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
};

/** plan exits 4 where changes are pending. */
const answer = (command: string, root: string) =>
  JSON.parse(
    spawnSync(process.execPath, ['src/main.ts', command, '--json', '--root', root], { encoding: 'utf8' }).stdout,
  );

const captured = (t: TestContext, root: string, ...flags: string[]) => {
  const at = folder(t);
  const file = join(at, 'machine.tar');
  const told = JSON.parse(enlighten('capture', file, '--json', '--root', root, ...flags));
  const replay = join(at, 'replay');
  mkdirSync(replay);
  execFileSync('tar', ['-C', replay, '-xf', file]);
  return { file, told, replay, bytes: readFileSync(file) };
};

/** Every way the word could stand in the archive. */
const spellings = (word: string): Buffer[] => [
  ...[word, word.toLowerCase(), word.toUpperCase(), word.replaceAll(/[:-]/g, '')].map(text => Buffer.from(text)),
  Buffer.from(word, 'utf16le'),
  Buffer.from(Buffer.from(word).toString('base64').replace(/=*$/, '').slice(0, -1)),
];
const holds = (bytes: Buffer, word: string): boolean => spellings(word).some(spelling => bytes.includes(spelling));

test('replayed elsewhere: the same detection and the same plan', t => {
  const root = appliance();
  powerOn(root, 'b1');
  const { told, replay, file } = captured(t, root);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(answer('detect', replay), answer('detect', root));
  assert.deepEqual(answer('plan', replay), answer('plan', root));
  assert.equal(answer('plan', replay).steps[0].state, 'pending', 'every proof of the kernel holds there, too');
  assert.deepEqual([told.replays, told.blinded], [true, true]);
  assert.deepEqual([told.detection, told.plan], [answer('detect', root), answer('plan', root)]);
});

const looks = (root: string): Pick<Concluded, 'devices' | 'offers'> => {
  const { devices, offers } = JSON.parse(
    enlighten('detect', '--devices', '--offers', '--json', '--root', root),
  ) as Documents[0];
  return { devices, offers };
};
/** In no order: blinded ids sort differently. */
const kindsOf = ({ devices, offers }: ReturnType<typeof looks>) => ({
  devices: devices
    .map(({ id: _, neededBy, ...device }) => JSON.stringify([device, neededBy.map(({ by }) => by).sort()]))
    .sort(),
  offers: offers.map(({ id, offered, inUse }) => [id, offered, inUse]),
});

/** What of these guests must not be found again. */
const unnamed = [
  '192.0.2.10',
  '0A0200C0',
  '20010db8',
  '2001:db8',
  'data\\040base',
  'data base',
  'ssh.service',
  '00155d01-0203',
];

for (const [name, contents] of Object.entries({ kvm, hyperv, vmware, xenPv }))
  test(`replayed elsewhere: the same devices, what depends on them, and the same offers (${name})`, t => {
    const root = folderWith(t, contents);
    const { told, replay, bytes } = captured(t, root);
    const [seen, again] = [looks(root), looks(replay)];
    assert.ok(seen.devices.length > 0 && seen.offers.length > 0);
    assert.equal(told.replays, true);
    assert.deepEqual(kindsOf(again), kindsOf(seen));
    assert.deepEqual(kindsOf(told), kindsOf(seen));
    assert.deepEqual(
      unnamed.filter(word => holds(bytes, word)),
      [],
    );
    // With everything kept, the very same.
    assert.deepEqual(looks(captured(t, root, '--full').replay), seen);
  });

test('replayed elsewhere: the device from which the environment came', t => {
  const root = planted(t);
  rmSync(`${root}/sys/block/sr0`, { recursive: true });
  put(root, '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/sr0/ro', '1\n');
  linkTo(root, '/sys/block/sr0', '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/sr0');
  const uses = (at: string) => looks(at).devices.flatMap(({ neededBy }) => neededBy);
  assert.ok(uses(root).some(({ by, what }) => by === 'environment' && what.startsWith('/dev/sr0')));
  assert.deepEqual(uses(captured(t, root).replay), uses(root));
});

test('a kernel that is blocked is blocked for the same reason', t => {
  const root = appliance();
  powerOn(root, 'b1');
  const initramfs = readFileSync(`${root}/boot/initrd.img-6.1.0-50-cloud-amd64`);
  put(root, '/boot/initrd.img-6.1.0-50-cloud-amd64', initramfs.subarray(0, initramfs.length >> 1));
  const { replay } = captured(t, root);
  const [kernel] = answer('plan', replay).steps;
  assert.deepEqual(kernel, answer('plan', root).steps[0]);
  assert.equal(kernel.by.code, 'initramfs-damaged');
});

test('blinded: nothing of the machine, its owner or its network is in it, and it still fits together', t => {
  const root = planted(t);
  const { bytes, told, replay } = captured(t, root, '--support');
  const found = Object.entries({ ...identities, ...passwords }).filter(([, word]) => holds(bytes, word));
  assert.deepEqual(found, []);
  assert.equal(told.replays, true);
  assert.deepEqual(answer('detect', replay), told.detection);
  const [before, after] = [answer('plan', root), answer('plan', replay)];
  assert.deepEqual(after, before);
  assert.ok(
    after.steps.some(
      (step: { id: string; desired: string }) => step.id === 'sysctl:vm.swappiness' && step.desired === '7',
    ),
  );
  // Same machine: the state that was written for it is still its own.
  assert.equal(answer('status', replay).trial.state, 'armed');

  const read = (path: string) => readFileSync(replay + path, 'utf8');
  assert.match(read('/sys/class/dmi/id/product_uuid'), /^ec2[0-9a-f]{5}-/);
  assert.match(read('/sys/class/dmi/id/product_serial'), /^VMware-\d\d \d[a-z] /);
  assert.match(read('/proc/1/environ'), /^container=lxc\s*$/);
  const environment = answer('env', replay);
  assert.equal(environment.properties['admin.password'], '********');
  assert.equal(environment.properties.owner.length, identities.owner.length);
  assert.match(environment.adapters[0].mac, /^52:54:00:/);
  const mac = environment.adapters[0].mac;
  assert.ok(!mac.includes('ab:cd:ef'));
});

test('two captures of one machine have no blinded word in common', t => {
  const root = planted(t);
  const uuid = (replay: string) => readFileSync(`${replay}/sys/class/dmi/id/product_uuid`, 'utf8');
  assert.notEqual(uuid(captured(t, root).replay), uuid(captured(t, root).replay));
});

test('--full keeps what was read, but no password; and says so', t => {
  const root = planted(t);
  const { bytes, replay, told } = captured(t, root, '--full');
  const read = [
    identities.product,
    identities.serial,
    identities.root,
    identities.mac,
    identities.address,
    identities.owner,
  ];
  assert.deepEqual(
    read.filter(word => !bytes.includes(word)),
    [],
  );
  assert.deepEqual(
    Object.entries(passwords).filter(([, word]) => holds(bytes, word)),
    [],
  );
  assert.equal(told.blinded, false);
  assert.deepEqual(answer('detect', replay), answer('detect', root));
  assert.deepEqual(answer('plan', replay), answer('plan', root));
  const { stderr } = spawnSync(
    process.execPath,
    ['src/main.ts', 'capture', join(folder(t), 'x'), '--full', '--root', root],
    {
      encoding: 'utf8',
    },
  );
  assert.match(stderr, /only secrets are left out/);
});

test('a name that ends in .gz is compressed', t => {
  const root = appliance();
  const file = join(folder(t), 'm.tar.gz');
  enlighten('capture', file, '--root', root);
  assert.match(execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }), /^recording\.json$/m);
});

test('hostile names, loops of links, unreadable and endless files: a capture all the same, and the same answers', t => {
  const root = appliance();
  powerOn(root, 'b1');
  const long = `${'n'.repeat(200)}/`.repeat(15);
  put(root, `/etc/sysctl.d/a\nb "c" ${'d'.repeat(200)}.conf`, 'vm.swappiness = 11\n');
  mkdirSync(`${root}/sys/bus/pci/devices`, { recursive: true });
  symlinkSync('loop', `${root}/sys/bus/pci/devices/loop`);
  symlinkSync('/../../../../etc/passwd', `${root}/sys/bus/pci/devices/out`);
  put(root, `/sys/devices/${long}modalias`, 'pci:v0001\n');
  symlinkSync(`../../../devices/${long}`, `${root}/sys/bus/pci/devices/deep`);
  writeFileSync(`${root}/etc/sysctl.d/b.conf`, Buffer.alloc(300 * 1024, 'x'));
  put(root, '/proc/cpuinfo', Buffer.alloc(1024 * 1024, 0xff));
  const { told, replay } = captured(t, root);
  assert.equal(told.replays, true);
  assert.deepEqual(answer('detect', replay), answer('detect', root));
  assert.deepEqual(answer('plan', replay), answer('plan', root));
});

test('somebody who may not read all of it is told so, and gets what there is', t => {
  const root = folderWith(t, kvm);
  execFileSync('chmod', ['-R', 'go+rX', root]);
  for (const path of ['/proc/stat', '/sys/class/dmi/id/sys_vendor']) chmodSync(root + path, 0);
  const at = folder(t);
  chmodSync(at, 0o777);
  const file = join(at, 'm.tar');
  const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath];
  const { status, stderr, stdout } = spawnSync(
    'setpriv',
    [...asNobody, 'src/main.ts', 'capture', file, '--json', '--root', root],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  assert.equal(JSON.parse(stdout).replays, true);
  assert.match(stderr, /2 files could not be read, such as \/(proc|sys)\/.*: root would see more/);
});

test('no file named, or one that cannot be written', t => {
  const root = appliance();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['src/main.ts', 'capture', ...args, '--root', root], { encoding: 'utf8' });
  assert.equal(run().status, 2);
  assert.equal(run(join(folder(t), 'a'), 'b').status, 2);
  const refused = run('/proc/1/nothing/x.tar');
  assert.equal(refused.status, 1);
  assert.doesNotMatch(refused.stderr, /^\s+at /m);
});
