/** What a guest says of its devices decides: only what is there, unique, and what the file takes it for gets a name that stays. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedNames, deviceNamesAction } from '../../src/actions/device-names.ts';
import { deviceNames } from '../../src/devicenames/changes.ts';
import { planDeviceNames } from '../../src/devicenames/steps.ts';
import { openGuest } from '../../src/guest/open.ts';
import { openJournal } from '../../src/state/journal.ts';
import { put } from '../kernel/machine.ts';
import { blockDevice, machine, mountinfo, PARTUUID, ROOT_MOUNT, ROOT_UUID, SWAP_UUID } from './machine.ts';

const FSTAB = '/dev/sda1 / ext4 errors=remount-ro 0 1\n/dev/sda2 none swap sw 0 0\n';
const FSTAB_AFTER = `UUID=${ROOT_UUID} / ext4 errors=remount-ro 0 1\nUUID=${SWAP_UUID} none swap sw 0 0\n`;

const found = async (root: string) => {
  const { changes, notices } = await deviceNames(openGuest(root));
  return {
    files: Object.fromEntries(changes.map(({ path, after }) => [path, after?.toString() ?? null])),
    notices: notices.map(({ code, subject }) => `${code} ${subject}`),
  };
};

test('a root and a swap area by name become UUIDs', async () => {
  assert.deepEqual(await found(machine({ '/etc/fstab': FSTAB })), {
    files: { '/etc/fstab': FSTAB_AFTER },
    notices: [],
  });
});

test('every file that names a device, each in its own form', async () => {
  const root = machine({
    '/etc/default/grub': 'GRUB_CMDLINE_LINUX="resume=/dev/sda2"\nGRUB_DEVICE=/dev/sda1\n',
    '/etc/default/grub.d/x.cfg': 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT resume=/dev/sda2"\n',
    '/etc/initramfs-tools/conf.d/resume': 'RESUME=/dev/sda2\n',
    '/boot/grub/grub.cfg': 'menuentry x {\nlinux /vmlinuz root=/dev/sda1\n}\n',
    '/boot/grub/enlighten.cfg': 'set enlighten_universal_args="root=/dev/sda1 ro"\n',
    '/boot/extlinux/enlighten.cfg': 'set enlighten_universal_args="root=/dev/sda1 ro"\n',
    '/boot/extlinux/extlinux.conf': 'LABEL a\n  APPEND root=/dev/sda1 ro\nINCLUDE enlighten.conf\n',
    '/boot/loader/entries/a.conf': 'title root=/dev/sda1\noptions root=/dev/sda1 ro\n',
    '/etc/kernel/cmdline': 'root=/dev/sda1 ro\n',
  });
  assert.deepEqual(await found(root), {
    files: {
      '/etc/default/grub': `GRUB_CMDLINE_LINUX="resume=UUID=${SWAP_UUID}"\nGRUB_DEVICE=/dev/disk/by-uuid/${ROOT_UUID}\n`,
      '/etc/default/grub.d/x.cfg': `GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT resume=UUID=${SWAP_UUID}"\n`,
      '/etc/initramfs-tools/conf.d/resume': `RESUME=UUID=${SWAP_UUID}\n`,
      '/boot/grub/grub.cfg': `menuentry x {\nlinux /vmlinuz root=PARTUUID=${PARTUUID}\n}\n`,
      '/boot/grub/enlighten.cfg': `set enlighten_universal_args="root=UUID=${ROOT_UUID} ro"\n`,
      '/boot/extlinux/enlighten.cfg': `set enlighten_universal_args="root=UUID=${ROOT_UUID} ro"\n`,
      '/boot/extlinux/extlinux.conf': `LABEL a\n  APPEND root=UUID=${ROOT_UUID} ro\nINCLUDE enlighten.conf\n`,
      '/boot/loader/entries/a.conf': `title root=/dev/sda1\noptions root=UUID=${ROOT_UUID} ro\n`,
      '/etc/kernel/cmdline': `root=UUID=${ROOT_UUID} ro\n`,
    },
    notices: [],
  });
});

test('a device that is not there, is a copy, is something else or has no UUID keeps its name, and is told', async () => {
  const root = machine({
    '/etc/fstab': [
      '/dev/sdq1 /gone ext4 nofail 0 0',
      '/dev/sdb1 /copy ext4 noauto 0 0',
      '/dev/sdc1 /other xfs noauto 0 0',
      '/dev/sdd1 /data ext4 defaults 0 0',
      '/dev/sde1 /bare auto noauto 0 0',
    ].join('\n'),
  });
  const same = { type: 'ext4', uuid: 'cccccccc-1111-4222-8333-444444444444' };
  blockDevice(root, { name: 'sdb1', number: '8:17', ...same });
  blockDevice(root, { name: 'sdx1', number: '8:33', ...same });
  blockDevice(root, { name: 'sdc1', number: '8:34', type: 'ext4', uuid: 'dddddddd-1111-4222-8333-444444444444' });
  blockDevice(root, { name: 'sdd1', number: '8:35', type: 'ext4', uuid: 'eeeeeeee-1111-4222-8333-444444444444' });
  blockDevice(root, { name: 'sde1', number: '8:36' });
  // The names were dealt anew: what is mounted on /data was another disk when the line was written.
  mountinfo(root, [ROOT_MOUNT, '8:34 / /data rw - ext4 /dev/sdc1 rw']);
  assert.deepEqual(await found(root), {
    files: {},
    notices: [
      'device-name-absent /dev/sdq1',
      'device-name-shared /dev/sdb1',
      'device-name-differs /dev/sdc1',
      'device-name-differs /dev/sdd1',
      'device-name-nothing /dev/sde1',
    ],
  });
});

test('crypttab: LUKS by its UUID, a partition without a header by its own', async () => {
  const root = machine({
    '/etc/crypttab': 'r /dev/sdb1 none luks\ns /dev/sdb2 /dev/urandom swap\nt /dev/sda1 none luks\n',
  });
  const luks = 'ffffffff-1111-4222-8333-444444444444';
  blockDevice(root, {
    name: 'sdb1',
    number: '8:17',
    type: 'crypto_LUKS',
    uuid: luks,
    partuuid: `${PARTUUID.slice(0, -1)}2`,
  });
  blockDevice(root, { name: 'sdb2', number: '8:18', partuuid: `${PARTUUID.slice(0, -1)}3` });
  assert.deepEqual(await found(root), {
    files: {
      '/etc/crypttab': `r UUID=${luks} none luks\ns PARTUUID=${PARTUUID.slice(0, -1)}3 /dev/urandom swap\nt /dev/sda1 none luks\n`,
    },
    notices: ['device-name-differs /dev/sda1'],
  });
});

test('what only remembers devices goes; what could not be made anew stays', async () => {
  const root = machine({
    '/etc/lvm/devices/system.devices':
      'VERSION=1.1.2\nIDTYPE=sys_wwid IDNAME=naa.6000c29 DEVNAME=/dev/sda2 PVID=x PART=2\n',
    '/etc/blkid.tab': '<device>/dev/sda1</device>\n',
    '/boot/grub/device.map': '(fd0)\t/dev/fd0\n(hd0)\t/dev/sda\n',
    '/boot/grub2/device.map': '(hd0)\t/dev/disk/by-id/wwn-1\n',
  });
  mkdirSync(`${root}/etc/blkid`);
  symlinkSync('/run/blkid/blkid.tab', `${root}/etc/blkid/blkid.tab`);
  const gone = { '/etc/lvm/devices/system.devices': null, '/etc/blkid.tab': null, '/boot/grub/device.map': null };
  assert.deepEqual(await found(root), { files: gone, notices: [] });
  put(root, '/etc/lvm/devices/system.devices', 'IDTYPE=crypt_uuid IDNAME=CRYPT-LUKS2 PVID=x\n');
  assert.equal('/etc/lvm/devices/system.devices' in (await found(root)).files, false);
});

test('hostile: huge, binary, endless; nothing is thrown, nothing else is touched', async () => {
  const root = machine({ '/etc/fstab': `${'x'.repeat(2 * 1024 * 1024)}` });
  assert.deepEqual(await found(root), { files: {}, notices: ['device-name-unreadable /etc/fstab'] });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async bytes => {
      const content = Buffer.concat([Buffer.from(FSTAB), Buffer.from(bytes)]);
      writeFileSync(`${root}/etc/fstab`, content);
      const { changes } = await deviceNames(openGuest(root));
      const after = changes[0]?.after ?? Buffer.alloc(0);
      assert.equal(after.subarray(-bytes.length || after.length).equals(Buffer.from(bytes)), true);
    }),
    { numRuns: 50 },
  );
});

test('applied, journaled, and undone to the very bytes and mode', async () => {
  const root = machine({ '/etc/fstab': FSTAB, '/etc/blkid.tab': 'x\n' });
  chmodSync(`${root}/etc/fstab`, 0o640);
  chmodSync(`${root}/etc/blkid.tab`, 0o600);
  const guest = openGuest(root);
  const journal = openJournal(guest);
  for (const step of (await planDeviceNames(guest)).steps) {
    assert.equal((await deviceNamesAction.check(step, guest)).state, 'pending');
    await deviceNamesAction.apply(step, guest, journal);
    assert.equal((await deviceNamesAction.check(step, guest)).state, 'satisfied');
  }
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), FSTAB_AFTER);
  assert.equal(statSync(`${root}/etc/fstab`).mode & 0o777, 0o640);
  assert.equal(existsSync(`${root}/etc/blkid.tab`), false);
  const entries = await journal.entries();
  assert.deepEqual(
    entries.map(({ id, phase }) => `${id} ${phase}`),
    ['device-names:/etc/fstab done', 'device-names:/etc/blkid.tab done'],
  );
  assert.deepEqual(
    entries.map(entry => changedNames(entry)),
    [
      { before: '/dev/sda1 /dev/sda2', after: `UUID=${ROOT_UUID} UUID=${SWAP_UUID}` },
      { before: 'present', after: 'absent' },
    ],
  );
  for (const entry of entries.toReversed()) await deviceNamesAction.undo(entry, guest, journal);
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), FSTAB);
  assert.equal(statSync(`${root}/etc/fstab`).mode & 0o777, 0o640);
  assert.equal(statSync(`${root}/etc/blkid.tab`).mode & 0o777, 0o600);
  assert.deepEqual(await journal.entries(), []);
});

test("applied again after somebody's edit, undo gives that edit back, and none of ours", async () => {
  const root = machine({ '/etc/fstab': FSTAB });
  const guest = openGuest(root);
  const journal = openJournal(guest);
  const apply = async () => {
    for (const step of (await planDeviceNames(guest)).steps) await deviceNamesAction.apply(step, guest, journal);
  };
  await apply();
  const added = '/dev/sdb1 /data ext4 noauto 0 0\n';
  put(root, '/etc/fstab', readFileSync(`${root}/etc/fstab`, 'utf8') + added);
  blockDevice(root, { name: 'sdb1', number: '8:17', type: 'ext4', uuid: 'cccccccc-1111-4222-8333-444444444444' });
  await apply();
  assert.match(readFileSync(`${root}/etc/fstab`, 'utf8'), /^UUID=cccccccc\S+ \/data/m);
  put(root, '/etc/fstab', `# mine\n${readFileSync(`${root}/etc/fstab`, 'utf8')}`);
  for (const entry of await journal.entries()) await deviceNamesAction.undo(entry, guest, journal);
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), `# mine\n${FSTAB}${added}`);
});

test('interrupted between the intention and the change: undo leaves the file as it is', async () => {
  const root = machine({ '/etc/fstab': FSTAB });
  const guest = openGuest(root);
  const journal = openJournal(guest);
  const [step] = (await planDeviceNames(guest)).steps;
  assert.ok(step);
  const broken = { ...guest, replace: () => Promise.reject(new Error('power cut')) };
  await assert.rejects(deviceNamesAction.apply(step, broken, journal));
  const entries = await journal.entries();
  assert.deepEqual(
    entries.map(({ phase }) => phase),
    ['intended'],
  );
  for (const entry of entries) await deviceNamesAction.undo(entry, guest, journal);
  assert.equal(readFileSync(`${root}/etc/fstab`, 'utf8'), FSTAB);
});
