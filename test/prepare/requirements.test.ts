/** What else must hold: names, loader, EFI, console, return, tools, identity. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockOf, grubCfg, grubFiles } from '../kernel/bootloaders/grub/machine.ts';
import { put } from '../kernel/machine.ts';
import { CLOUD, findingOf, GENERIC, idsWhere, imageWith, matrixFor, rowOf, stateOf } from './image.ts';

const withArgs = (args: string) => ({ '/boot/grub/grub.cfg': grubCfg(args) });

/** Files, and the state of `names` on KVM (vda), on VMware (sda) and on Xen (xvda). */
const named: Record<string, [files: Record<string, string>, states: [string, string, string]]> = {
  'UUID, LABEL, PARTUUID and volumes are called the same everywhere': [
    {
      '/etc/fstab':
        'UUID=1 / ext4 defaults 0 1\nLABEL=srv /srv ext4 defaults\nPARTUUID=2 /a ext4 defaults\n/dev/mapper/vg-b /b ext4 defaults\n/dev/disk/by-uuid/7 /c ext4 defaults\n/dev/vg/lv /d ext4 defaults\ntmpfs /tmp tmpfs defaults\n',
    },
    ['ok', 'ok', 'ok'],
  ],
  'root= of the menu': [withArgs('root=/dev/vda1 ro'), ['ok', 'missing!', 'missing!']],
  'resume= is waited for a while only': [withArgs('root=UUID=1 ro resume=/dev/sda5'), ['missing', 'ok', 'missing']],
  'a mount the boot stops at': [{ '/etc/fstab': '/dev/sdb1 /srv ext4 defaults 0 2\n' }, ['missing!', 'ok', 'missing!']],
  'a mount the boot goes on without': [
    { '/etc/fstab': '/dev/sdb1 /srv ext4 defaults,nofail 0 2\n' },
    ['missing', 'ok', 'missing'],
  ],
  'the line of / is not what mounts it': [
    { '/etc/fstab': '/dev/xvda1 / ext4 defaults\n' },
    ['missing', 'missing', 'ok'],
  ],
  'swap is not waited for': [{ '/etc/fstab': '/dev/vda2 none swap sw\n' }, ['ok', 'missing', 'missing']],
  crypttab: [{ '/etc/crypttab': '# x\ndata /dev/vdb1 /key luks\n' }, ['ok', 'missing!', 'missing!']],
  'crypttab, optional': [{ '/etc/crypttab': 'data /dev/vdb1 /key luks,nofail\n' }, ['ok', 'missing', 'missing']],
  'a link by serial number': [
    { '/etc/fstab': '/dev/disk/by-id/ata-QEMU_HARDDISK_QM00001-part1 /srv ext4 defaults\n' },
    ['missing!', 'missing!', 'missing!'],
  ],
  'what update-grub and update-initramfs would write next': [
    {
      '/etc/default/grub': 'GRUB_CMDLINE_LINUX="quiet root=/dev/sda1"\n',
      '/etc/initramfs-tools/conf.d/resume': 'RESUME=/dev/sda2\n',
    },
    ['missing', 'ok', 'missing'],
  ],
};

for (const [what, [files, states]] of Object.entries(named)) {
  test(`names: ${what}`, async () => {
    const matrix = await matrixFor(imageWith(files));
    const targets = ['kvm-virtio-blk', 'vmware-pvscsi-vmxnet3', 'xen-hvm'];
    assert.deepEqual(
      targets.map(id => stateOf(matrix, id, 'names')),
      states,
    );
  });
}

test('names and identity: whatever stands in the tables, nothing is thrown', async () => {
  const root = imageWith({}, {});
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async text => {
      for (const path of ['/etc/fstab', '/etc/crypttab', '/etc/netplan/a.yaml']) put(root, path, text);
      assert.equal((await matrixFor(root)).first, null);
    }),
    { numRuns: 30 },
  );
});

test('no boot menu, or none with an entry for the kernel that decides', async () => {
  const none = await matrixFor(imageWith({ '/boot/grub/grub.cfg': null }));
  assert.equal(idsWhere(none, 'loader', 'missing!').length, none.rows.length);
  const other = grubCfg().replaceAll(`vmlinuz-${GENERIC}`, 'vmlinuz-5.10.0-1-amd64');
  const silent = await matrixFor(imageWith({ '/boot/grub/grub.cfg': other }));
  assert.equal(idsWhere(silent, 'loader', 'unknown!').length, silent.rows.length);
  assert.equal(stateOf(silent, 'aws', 'console'), 'unknown');
});

test('not sealed, GRUB chooses by itself: no promise where another kernel would not come up', async () => {
  const matrix = await matrixFor(imageWith({ '/boot/grub/enlighten.cfg': null }));
  assert.deepEqual([matrix.first, matrix.decided], [GENERIC, false]);
  assert.deepEqual(idsWhere(matrix, 'loader', 'unknown!'), ['vmware-lsi-vmxnet3', 'vmware-lsi-e1000', 'virtualbox']);
  assert.equal(rowOf(matrix, 'virtualbox').boots, null);
  const finding = findingOf(matrix, 'virtualbox', 'loader');
  assert.ok(finding.state === 'unknown' && finding.by.happened.includes(CLOUD));
});

test('a host that reads the menu itself does not ask custom.cfg', async () => {
  const cloud = { [GENERIC]: {}, [CLOUD]: { without: ['xen-blkfront'] } };
  const matrix = await matrixFor(imageWith({}, cloud));
  assert.deepEqual(idsWhere(matrix, 'loader', 'unknown!'), ['xen-pv', 'xen-pvh']);
  assert.equal(stateOf(matrix, 'xen-pv', 'trial'), 'missing');
});

test('EFI: only the fall-back path travels', async () => {
  const onlyDebian = {
    '/boot/efi/EFI/BOOT/BOOTX64.EFI': null,
    '/boot/efi/EFI/debian/grubx64.efi': 'grub',
    '/boot/efi/EFI/debian/shimx64.efi': 'shim',
  };
  const matrix = await matrixFor(imageWith(onlyDebian));
  assert.deepEqual(idsWhere(matrix, 'efi', 'missing!'), ['hyperv-gen2', 'gcp-nvme']);
  assert.equal(rowOf(matrix, 'hyperv-gen2').boots, false);
  assert.equal(stateOf(matrix, 'kvm-virtio-blk', 'efi'), 'missing', 'it may boot by BIOS');
  assert.equal(rowOf(matrix, 'kvm-virtio-blk').boots, true);
  assert.equal(stateOf(matrix, 'xen-pv', 'efi'), 'ok');
  const lower = { '/boot/efi/EFI/BOOT/BOOTX64.EFI': null, '/efi/efi/boot/bootx64.efi': 'loader' };
  assert.equal(stateOf(await matrixFor(imageWith(lower)), 'hyperv-gen2', 'efi'), 'ok', 'FAT knows no case');
});

test('a disk nobody can be seen to start is unknown', async () => {
  const nothing = { '/boot/efi/EFI/BOOT/BOOTX64.EFI': null, '/boot/grub/i386-pc/core.img': null };
  const matrix = await matrixFor(imageWith(nothing));
  assert.deepEqual(idsWhere(matrix, 'loader', 'ok'), ['xen-pv', 'xen-pvh', 'hyperv-gen2', 'gcp-nvme']);
  assert.equal(rowOf(matrix, 'hyperv-gen2').boots, null);
  assert.equal(stateOf(matrix, 'hyperv-gen2', 'efi'), 'unknown!');
  const efiOnly = await matrixFor(imageWith({ '/boot/grub/i386-pc/core.img': null }));
  assert.deepEqual(idsWhere(efiOnly, 'loader', 'unknown!'), ['hyperv-gen1']);
});

test('console: what is named, or the kernel’s own choice', async () => {
  const root = 'root=UUID=1 ro';
  const serial = await matrixFor(imageWith(withArgs(`${root} console=ttyS0,115200n8`)));
  assert.deepEqual(
    ['kvm-virtio-blk', 'azure', 'vmware-pvscsi-vmxnet3', 'xen-pv'].map(id => stateOf(serial, id, 'console')),
    ['ok', 'ok', 'missing', 'missing'],
  );
  const silent = await matrixFor(imageWith(withArgs(root)));
  assert.deepEqual(
    ['kvm-virtio-blk', 'azure', 'vmware-pvscsi-vmxnet3', 'xen-pv'].map(id => stateOf(silent, id, 'console')),
    ['ok', 'missing', 'ok', 'ok'],
  );
});

test('return: what only a boot shows is unknown, what speaks against it is missing', async () => {
  const mounted = {
    '/proc/self/mountinfo': '22 1 254:1 / / rw - ext4 /dev/vda1 rw\n',
    '/proc/cmdline': 'BOOT_IMAGE=/boot/x\n',
  };
  const state = async (files: Record<string, string | Buffer | null>) =>
    stateOf(await matrixFor(imageWith(files)), 'aws', 'trial');
  assert.equal(await state({}), 'unknown', 'what /boot lies on does not show in a folder');
  assert.equal(await state(mounted), 'ok');
  assert.equal(await state({ ...mounted, '/boot/grub/grubenv': blockOf('enlighten_mark=0') }), 'unknown');
  assert.equal(await state({ ...mounted, '/boot/grub/grubenv': 'short' }), 'missing');
  assert.equal(
    await state({ ...mounted, '/proc/self/mountinfo': '22 1 0:33 / / rw - btrfs /dev/vda1 rw\n' }),
    'missing',
  );
});

test('guest tools: those of the hypervisor, by what distributions call them', async () => {
  const matrix = await matrixFor(imageWith({ '/usr/bin/vmtoolsd': 'x', '/usr/sbin/hypervkvpd': 'x' }));
  assert.ok(!idsWhere(matrix, 'tools', 'missing').some(id => id.startsWith('vmware') || id.startsWith('hyperv')));
  assert.equal(stateOf(matrix, 'kvm-virtio-blk', 'tools'), 'missing');
});

/** What says which machine it is, and what only looks like it. */
const telling: Record<string, string> = {
  '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  '/etc/ssh/ssh_host_ed25519_key': 'PRIVATE',
  '/var/lib/systemd/random-seed': 'seed',
  '/var/lib/dhcp/dhclient.ens3.leases': 'lease {}',
  '/var/lib/NetworkManager/internal-1-ens3.lease': 'ADDRESS=10.0.0.1',
  '/etc/udev/rules.d/70-persistent-net.rules':
    'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="52:54:00:12:34:56", NAME="eth0"\n',
  '/etc/systemd/network/10-lan.link': '[Match]\nMACAddress=52:54:00:12:34:56\n',
  '/etc/netplan/50-cloud-init.yaml':
    'network:\n  ethernets:\n    a:\n      match:\n        macaddress: "52:54:00:12:34:56"\n',
  '/etc/NetworkManager/system-connections/lan.nmconnection': '[ethernet]\nmac-address=52:54:00:12:34:56\n',
  '/etc/network/interfaces': 'iface eth0 inet dhcp\n  hwaddress ether 52:54:00:12:34:56\n',
  '/var/lib/cloud/data/instance-id': 'i-1\n',
  '/var/lib/hyperv/.kvp_pool_0': 'key',
  '/etc/lvm/devices/system.devices': 'IDTYPE=sys_wwid\n',
  '/etc/iscsi/initiatorname.iscsi': 'InitiatorName=iqn.1993-08.org.debian:01:1\n',
};
const harmless: Record<string, string> = {
  '/etc/machine-id': 'uninitialized\n',
  '/var/lib/dbus/machine-id': '',
  '/etc/ssh/sshd_config': 'HostKey x',
  '/var/lib/hyperv/.kvp_pool_0': '',
  '/etc/udev/rules.d/70-persistent-net.rules': '# ATTR{address}=="52:54:00:12:34:56"\n',
  '/etc/systemd/network/10-lan.network': '[Match]\nName=en*\n[Network]\nAddress=10.0.0.1/24\n',
  '/etc/iscsi/initiatorname.iscsi': 'GenerateName=yes\n',
};

for (const [path, content] of Object.entries(telling)) {
  test(`identity: ${path} says which machine it is`, async () => {
    const finding = findingOf(await matrixFor(imageWith({ [path]: content }, {})), 'aws', 'identity');
    assert.ok(finding.state === 'missing' && finding.by.happened.includes(path), JSON.stringify(finding));
    assert.equal(finding.vital, false);
  });
}

test('identity: what is empty, commented out or generated says nothing', async () => {
  const finding = findingOf(await matrixFor(imageWith(harmless, {})), 'aws', 'identity');
  assert.equal(finding.state, 'ok', JSON.stringify(finding));
});

test('systemd-boot calls every kernel `linux`: the one it was told is known by its entry', async () => {
  const entry = (release: string) =>
    `title Debian\nversion ${release}\noptions root=UUID=0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e ro\nlinux /appliance/${release}/linux\ninitrd /appliance/${release}/initrd.img-${release}\n`;
  const told = (id: string): Record<string, string | null> => ({
    ...Object.fromEntries(Object.keys(grubFiles()).map(path => [path, null])),
    '/boot/efi/EFI/systemd/systemd-bootx64.efi': 'loader',
    '/boot/efi/loader/loader.conf': `default ${id}\n`,
    ...Object.fromEntries(
      [GENERIC, CLOUD].map(release => [`/boot/efi/loader/entries/appliance-${release}.conf`, entry(release)]),
    ),
  });
  for (const release of [GENERIC, CLOUD]) {
    const { first, decided } = await matrixFor(imageWith(told(`appliance-${release}.conf`)));
    assert.deepEqual([first, decided], [release, true]);
  }
});
