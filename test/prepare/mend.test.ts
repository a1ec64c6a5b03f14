/** `prepare`: what it mends, what it leaves, and that every byte comes back. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { put } from '../kernel/machine.ts';
import { disk } from '../pass/appliance.ts';
import { GENERIC, imageWith } from './image.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const run = (command: string, root: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, command, ...args, '--root', root], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};
interface Told {
  done: { id: string }[];
  left: { code: string; subject: string }[];
}
const prepared = (root: string, ...args: string[]): Told => {
  const { out, err } = run('prepare', root, '--json', ...args);
  assert.notEqual(out, '', err);
  return JSON.parse(out);
};

const KEY = '/etc/ssh/ssh_host_ed25519_key';
const DEPENDENT = { [GENERIC]: { without: ['vmw_pvscsi', 'ahci'] } };

/** An image straight from the machine it was built on. */
const built = (): string =>
  imageWith(
    {
      '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
      '/var/lib/dbus/machine-id': '0123456789abcdef0123456789abcdef\n',
      '/var/lib/systemd/random-seed': Buffer.from([1, 0, 255, 254]),
      '/var/lib/dhcp/dhclient.ens3.leases': 'lease {}\n',
      '/var/lib/cloud/instances/i-1/obj.pkl': 'pickle',
      '/var/lib/hyperv/.kvp_pool_0': 'key',
      '/etc/netplan/50-cloud-init.yaml': 'match: { macaddress: "52:54:00:12:34:56" }\n',
      [KEY]: 'PRIVATE KEY',
      '/boot/efi/EFI/BOOT/BOOTX64.EFI': null,
      '/boot/efi/EFI/debian/shimx64.efi': 'shim',
      '/boot/efi/EFI/debian/grubx64.efi': 'grub',
      '/boot/efi/EFI/debian/mmx64.efi': 'mok manager',
      '/usr/sbin/update-initramfs': '#!/bin/false\n',
      '/etc/initramfs-tools/conf.d/driver-policy': 'MODULES=dep\n',
    },
    DEPENDENT,
  );

/** Without the agent's own notes. */
const content = (root: string): Map<string, string> =>
  new Map(
    [...disk(root)]
      .filter(([path]) => !path.startsWith('/var/lib/enlighten'))
      .map(([path, value]) => [path, value.split(' ').slice(0, 2).join(' ')]),
  );

test('mends what can be, says what is left to run inside, and gives every byte back', () => {
  const root = built();
  const before = content(root);
  const { done, left } = prepared(root);
  assert.deepEqual(done.map(({ id }) => id).sort(), [
    'image:/boot/efi/EFI/BOOT/BOOTX64.EFI',
    'image:/boot/efi/EFI/BOOT/grubx64.efi',
    'image:/boot/efi/EFI/BOOT/mmx64.efi',
    'image:/etc/initramfs-tools/conf.d/zzzz-enlighten',
    'image:/etc/machine-id',
    'image:/var/lib/dbus/machine-id',
    'image:/var/lib/dhcp/dhclient.ens3.leases',
    'image:/var/lib/hyperv/.kvp_pool_0',
    'image:/var/lib/systemd/random-seed',
  ]);
  assert.equal(readFileSync(`${root}/boot/efi/EFI/BOOT/BOOTX64.EFI`, 'utf8'), 'shim');
  assert.equal(readFileSync(`${root}/boot/efi/EFI/BOOT/grubx64.efi`, 'utf8'), 'grub');
  assert.equal(readFileSync(`${root}/etc/machine-id`, 'utf8'), '');
  assert.match(readFileSync(`${root}/etc/initramfs-tools/conf.d/zzzz-enlighten`, 'utf8'), /^MODULES=most$/m);
  assert.equal(readFileSync(root + KEY, 'utf8'), 'PRIVATE KEY', 'only on request');
  assert.deepEqual(
    left.map(({ code, subject }) => `${code} ${subject}`),
    [
      `mend-request ${KEY}`,
      'mend-person /etc/netplan/50-cloud-init.yaml',
      'mend-request /var/lib/cloud/instances/i-1/obj.pkl',
      `mend-inside update-initramfs -u -k ${GENERIC}`,
    ],
  );
  assert.equal(run('undo', root).code, 0);
  assert.deepEqual(content(root), before);
});

test('a second time there is nothing to do, but for what is left', () => {
  const root = built();
  const first = prepared(root);
  const second = prepared(root);
  assert.deepEqual(second.done, []);
  assert.deepEqual(second.left, first.left);
});

test('--identity: keys and cloud-init’s memory, too', () => {
  const root = built();
  const { done } = prepared(root, '--identity');
  assert.ok(done.some(({ id }) => id === `image:${KEY}`));
  assert.equal(existsSync(root + KEY), false);
  assert.equal(existsSync(`${root}/var/lib/cloud/instances/i-1/obj.pkl`), false);
  const status = run('status', root, '--json').out;
  assert.ok(status.includes(KEY));
  assert.equal(status.includes(Buffer.from('PRIVATE KEY').toString('base64')), false, 'no key is shown to anybody');
  assert.equal(run('undo', root, '--step', `image:${KEY}`).code, 0);
  assert.equal(readFileSync(root + KEY, 'utf8'), 'PRIVATE KEY');
});

test('undo leaves alone what was made anew since', () => {
  const root = built();
  prepared(root);
  put(root, '/etc/machine-id', 'fedcba9876543210fedcba9876543210\n');
  put(root, '/boot/efi/EFI/BOOT/BOOTX64.EFI', 'another loader');
  assert.equal(run('undo', root).code, 0);
  assert.match(readFileSync(`${root}/etc/machine-id`, 'utf8'), /^fedc/);
  assert.equal(readFileSync(`${root}/boot/efi/EFI/BOOT/BOOTX64.EFI`, 'utf8'), 'another loader');
});

test('two distributions on one ESP: which one is meant is not guessed', () => {
  const root = built();
  put(root, '/boot/efi/EFI/other/grubx64.efi', 'grub');
  assert.ok(!prepared(root).done.some(({ id }) => id.includes('/EFI/')));
});

test('a link is left alone: what it points to counts by itself', () => {
  const root = imageWith({ '/etc/machine-id': '0123456789abcdef0123456789abcdef\n' });
  put(root, '/var/lib/dbus/x', '');
  symlinkSync('/etc/machine-id', `${root}/var/lib/dbus/machine-id`);
  assert.deepEqual(
    prepared(root).done.map(({ id }) => id),
    ['image:/etc/machine-id'],
  );
});

test('a driver the kernel does not have is not what an initramfs could bring', () => {
  const root = imageWith({ '/usr/sbin/update-initramfs': 'x' });
  assert.deepEqual(prepared(root, '--target', 'virtualbox').left, []);
  const unknownTool = prepared(imageWith({}, DEPENDENT));
  assert.deepEqual(
    unknownTool.left.map(({ code }) => code),
    ['mend-no-builder'],
  );
});

test('an appliance is not prepared: its machine-id and leases are in use', () => {
  const root = built();
  put(root, '/var/lib/enlighten/sealed', '{}\n');
  const before = disk(root);
  const { code, out, err } = run('prepare', root);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /sealed/);
  assert.deepEqual(disk(root), before);
  assert.equal(run('prepare', root, '--check').code, 0);
});
