/** An image on one machine after another: names of disks and cards, and what was made for a machine it has left. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { command as undo } from '../../src/commands/undo.ts';
import { openGuest } from '../../src/guest/open.ts';
import type { Log } from '../../src/log.ts';
import { boot } from '../../src/pass/boot.ts';
import { cpuidOf } from '../detect/folder.ts';
import { put } from '../kernel/machine.ts';
import { card } from '../network/machine.ts';
import { appliance, disk, powerOn, stateOn, statusOn } from './appliance.ts';

const silent: Log = () => {};
const pass = (root: string): Promise<void> => boot(openGuest(root), { budgetMs: 60_000 }, silent);
const booted = async (root: string, bootId: string): Promise<void> => {
  powerOn(root, bootId);
  await pass(root);
};
const codes = (root: string): string[] => statusOn(root).notices.map(({ code }: { code: string }) => code);
const applied = (root: string): string[] => statusOn(root).applied.map(({ id }: { id: string }) => id);
const movedTo = (root: string, product: string): void =>
  put(root, '/sys/class/dmi/id/product_uuid', `${product.repeat(8)}-2222-3333-4444-555555555555\n`);
const replaced = (root: string, folder: string): void => rmSync(root + folder, { recursive: true, force: true });

const FIRST = '00:0c:29:11:22:33';
const SECOND = '52:54:00:11:22:33';
const LINK = '/etc/systemd/network/70-enlighten-ens192.link';
const UUID = '0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e';
const FSTAB = '/dev/vda1 / ext4 defaults 0 1\n';

/** The appliance, configured by name for the machine it was built on, comes up where its card is called otherwise. */
const builtElsewhere = (): string => {
  const root = appliance();
  put(root, '/usr/sbin/ifup', '');
  put(root, '/usr/lib/systemd/systemd-udevd', '');
  put(root, '/etc/network/interfaces', 'auto ens192\niface ens192 inet static\n address 192.0.2.3/24\n');
  put(root, '/etc/fstab', FSTAB);
  put(root, '/run/udev/data/b254:1', `E:ID_FS_UUID=${UUID}\nE:ID_FS_TYPE=ext4\n`);
  put(root, '/sys/class/block/vda1/dev', '254:1\n');
  replaced(root, '/sys/class/net');
  card(root, { name: 'enp6s18', mac: FIRST });
  return root;
};

test('names of disks and cards are settled at the first boot, and then nothing is written any more', async () => {
  const root = builtElsewhere();
  const before = readFileSync(`${root}/etc/network/interfaces`);
  await booted(root, 'b1');
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), `UUID=${UUID} / ext4 defaults 0 1\n`);
  assert.match(readFileSync(root + LINK, 'utf8'), new RegExp(`MACAddress=${FIRST}`));
  assert.deepEqual(applied(root).slice(0, 2), ['device-names:/etc/fstab', 'addresses:ens192']);
  assert.ok(readFileSync(`${root}/etc/network/interfaces`).equals(before));
  const status = JSON.stringify(statusOn(root));
  assert.equal(status.includes('base64'), false);

  // The next boot: udev has named the card, and the trial that was armed runs.
  replaced(root, '/sys/class/net');
  card(root, { name: 'ens192', mac: FIRST });
  await booted(root, 'b2');
  assert.deepEqual(stateOn(root).interfaces, [{ name: 'ens192', mac: FIRST, network: null }]);
});

test('on another machine the file for the old card goes, the new card gets the name, and UUIDs stay', async () => {
  const root = builtElsewhere();
  await booted(root, 'b1');
  replaced(root, '/sys/class/net');
  card(root, { name: 'ens33', mac: SECOND });
  movedTo(root, '9');
  await booted(root, 'b2');
  assert.ok(codes(root).includes('machine-changed'));
  assert.ok(codes(root).includes('left-behind'));
  assert.match(readFileSync(root + LINK, 'utf8'), new RegExp(`MACAddress=${SECOND}`));
  assert.match(readFileSync(`${root}/etc/fstab`, 'utf8'), /^UUID=/);
  assert.ok(applied(root).includes('device-names:/etc/fstab'));
  assert.equal(stateOn(root).foreign, undefined);

  // Back on the first machine, the same way.
  replaced(root, '/sys/class/net');
  card(root, { name: 'enp6s18', mac: FIRST });
  movedTo(root, '1');
  await booted(root, 'b3');
  assert.match(readFileSync(root + LINK, 'utf8'), new RegExp(`MACAddress=${FIRST}`));

  await undo.run({
    guest: openGuest(root),
    options: {},
    positionals: [],
    json: true,
    verbose: false,
    print: () => undefined,
    log: silent,
  } as never);
  assert.equal(existsSync(root + LINK), false);
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), FSTAB);
});

test('a power cut between the new state and the undoing: the next boot undoes it', async () => {
  const root = builtElsewhere();
  await booted(root, 'b1');
  replaced(root, '/sys/class/net');
  card(root, { name: 'ens33', mac: SECOND, up: true });
  movedTo(root, '9');
  powerOn(root, 'b2');
  const guest = openGuest(root);
  const dead: typeof guest = { ...guest, remove: () => Promise.reject(new Error('power cut')) };
  const cut = boot(
    {
      ...dead,
      list: (path, max) => (path === '/etc/sysctl.d' ? Promise.reject(new Error('cut')) : guest.list(path, max)),
    },
    { budgetMs: 60_000 },
    silent,
  );
  await cut.catch(() => undefined);
  assert.deepEqual(stateOn(root).foreign, ['device-names:/etc/fstab', 'addresses:ens192']);
  assert.equal(existsSync(root + LINK), true);
  await booted(root, 'b3');
  assert.equal(existsSync(root + LINK), false);
  assert.equal(stateOn(root).foreign, undefined);
});

test('another hypervisor under the same machine: the same, but never during a trial', async () => {
  const root = builtElsewhere();
  await booted(root, 'b1');
  assert.equal(stateOn(root).trial.state, 'armed');
  replaced(root, '/sys/class/net');
  card(root, { name: 'ens33', mac: SECOND, up: true });
  put(root, '/cpuid.json', cpuidOf('XenVMMXenVMM'));
  await booted(root, 'b2');
  assert.equal(stateOn(root).trial.state, 'running');
  assert.equal(existsSync(root + LINK), true);
  put(root, '/cpuid.json', cpuidOf('KVMKVMKVM\0\0\0'));
  await booted(root, 'b3');
  assert.equal(stateOn(root).trial.state, 'rolled-back');
  assert.equal(existsSync(root + LINK), false);
});

test('not sealed: nothing is left behind, and it is not forgotten that it should be', async () => {
  const root = builtElsewhere();
  await booted(root, 'b1');
  rmSync(`${root}/var/lib/enlighten/sealed`);
  movedTo(root, '9');
  replaced(root, '/sys/class/net');
  card(root, { name: 'ens33', mac: SECOND });
  powerOn(root, 'b2');
  const kept = disk(root).get(LINK);
  await pass(root);
  assert.equal(disk(root).get(LINK), kept);
  assert.ok(stateOn(root).foreign.includes('addresses:ens192'));
});
