/** Every proof, through the one function that runs them: a machine for which all hold, and one fault at a time. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Subject } from '../../../src/kernel/proof/context.ts';
import { proofs } from '../../../src/kernel/proof/index.ts';
import * as fixture from '../machine.ts';

const { put, machine, subjectOf, INITRAMFS, IMAGE, MODULES, RELEASE, kernel, device, devices } = fixture;
const later = { deadline: Number.POSITIVE_INFINITY };

/** The code and subject of the first Notice; `proven` when nothing speaks against it. */
const verdict = async (root: string, more: Partial<Subject> = {}): Promise<string> => {
  const { blocked, initramfsDigest } = await proofs(subjectOf(root, more), later);
  assert.equal(initramfsDigest === null, blocked !== null);
  return blocked === null ? 'proven' : `${blocked.code} ${blocked.subject}`;
};

const mounted = (root: string, ...lines: string[]) => put(root, '/proc/self/mountinfo', `${lines.join('\n')}\n`);
const ROOT = '22 1 254:1 / / rw - ext4 /dev/vda1 rw';
const commandLine = (root: string, words: string) => put(root, '/proc/cmdline', `root=/dev/vda1 ${words} quiet\n`);
const initramfs = (root: string, change: (files: Record<string, string | Buffer>) => void) => {
  const files = fixture.initramfsFiles();
  change(files);
  put(root, INITRAMFS, fixture.compressedWith('zstd', fixture.archiveOf(files)));
};
const inInitramfs = (path: string) => `usr/lib/modules/${RELEASE}/${path}`;
const SECURE_BOOT = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';
const crypttab = (root: string, key: string) => {
  const path = '/sys/devices/virtual/block/dm-0';
  put(root, `${path}/dm/uuid`, 'CRYPT-LUKS2-abc-vda1_crypt\n');
  put(root, `${path}/dm/name`, 'vda1_crypt\n');
  fixture.linkTo(root, `${path}/slaves/vda1`, '/sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda1');
  fixture.linkTo(root, '/sys/dev/block/253:0', path);
  mounted(root, '22 1 253:0 / / rw - ext4 /dev/mapper/vda1_crypt rw');
  put(root, '/etc/crypttab', `# <target> <source> <key> <options>\nvda1_crypt UUID=1 ${key} luks\n`);
};

test('where everything holds it is proven, with the digest of the initramfs', async () => {
  const root = machine();
  const found = await proofs(subjectOf(root), later);
  const digest = createHash('sha256')
    .update(readFileSync(root + INITRAMFS))
    .digest('hex');
  assert.deepEqual(found, { blocked: null, initramfsDigest: digest });
});

/** What is done to the machine, and the Notice it must lead to. */
const faults: Record<string, [(root: string) => void, string | RegExp]> = {
  'an ostree system': [root => commandLine(root, 'ostree=/ostree/boot.1/x'), 'immutable-root /'],
  'an overlay root': [root => mounted(root, '22 1 0:30 / / rw - overlay overlay rw'), 'immutable-root /'],
  'a read-only root': [root => mounted(root, ROOT.replace('/ rw', '/ ro')), 'immutable-root /'],
  'state on tmpfs': [
    root => mounted(root, ROOT, '30 22 0:9 / /var/lib rw - tmpfs tmpfs rw'),
    'state-not-persistent /var/lib/enlighten',
  ],
  'state on a file system gone read-only': [
    root => mounted(root, ROOT, '30 22 254:2 / /var rw - ext4 /dev/vda2 ro'),
    'state-not-persistent /var/lib/enlighten',
  ],
  'Secure Boot and an image without signature': [
    root => put(root, SECURE_BOOT, Buffer.from([6, 0, 0, 0, 1])),
    `secure-boot-unsigned ${IMAGE}`,
  ],
  'a half-configured package': [
    root => put(root, '/var/lib/dpkg/status', 'Package: grub-pc\nStatus: install ok half-configured\n'),
    'packages-unfinished grub-pc',
  ],
  'a package awaiting triggers': [
    root => put(root, '/var/lib/dpkg/status', 'Package: a\nStatus: install ok triggers-pending\n'),
    'packages-unfinished a',
  ],
  'a package that must be installed again': [
    root => put(root, '/var/lib/dpkg/status', 'Package: a\nStatus: install reinstreq installed\n'),
    'packages-unfinished a',
  ],
  'dpkg killed in the middle': [
    root => put(root, '/var/lib/dpkg/updates/0001', 'Package: x\n'),
    'packages-unfinished /var/lib/dpkg/updates',
  ],
  'a root disk opened by a passphrase': [root => crypttab(root, 'none'), 'passphrase-needed vda1_crypt'],
  'a root disk crypttab does not know': [
    root => {
      crypttab(root, 'none');
      rmSync(`${root}/etc/crypttab`);
    },
    'passphrase-needed vda1_crypt',
  ],
  'module tables gone': [root => rmSync(`${root}${MODULES}/modules.alias`), `modules-incomplete ${MODULES}`],
  'an initramfs without the disk driver': [
    root => initramfs(root, files => delete files[inInitramfs('kernel/drivers/block/virtio_blk.ko')]),
    `root-module-not-in-initramfs ${INITRAMFS}`,
  ],
  'an initramfs without what the disk driver depends on': [
    root => initramfs(root, files => delete files[inInitramfs('kernel/drivers/virtio/virtio_ring.ko')]),
    `root-module-not-in-initramfs ${INITRAMFS}`,
  ],
  'an initramfs without the file system': [
    root => {
      mounted(root, ROOT.replace('ext4', 'xfs'));
      initramfs(root, files => delete files[inInitramfs('kernel/fs/xfs/xfs.ko')]);
    },
    `root-module-not-in-initramfs ${INITRAMFS}`,
  ],
  'a file system the kernel does not know': [
    root => mounted(root, ROOT.replace('ext4', 'zfs')),
    'root-driver-missing zfs',
  ],
  'an initramfs of another kernel': [
    root => {
      const other = Object.entries(fixture.initramfsFiles()).map(([name, bytes]) => [
        name.replace(RELEASE, '6.0'),
        bytes,
      ]);
      put(root, INITRAMFS, fixture.compressedWith('gzip', fixture.archiveOf(Object.fromEntries(other))));
    },
    `root-module-not-in-initramfs ${INITRAMFS}`,
  ],
  'a truncated initramfs': [
    root => put(root, INITRAMFS, readFileSync(root + INITRAMFS).subarray(0, 500)),
    `initramfs-damaged ${INITRAMFS}`,
  ],
  'an initramfs without init': [
    root => initramfs(root, files => delete files['init']),
    `initramfs-damaged ${INITRAMFS}`,
  ],
  'an initramfs with an older module': [
    root =>
      initramfs(root, files => {
        files[inInitramfs('kernel/fs/jbd2/jbd2.ko')] = 'older';
      }),
    `initramfs-differs ${INITRAMFS}`,
  ],
  'a kernel image with one byte changed': [
    root => {
      const bytes = readFileSync(root + IMAGE);
      bytes[4_500_000] = 0;
      put(root, IMAGE, bytes);
    },
    `digest-differs ${IMAGE}`,
  ],
  'a module that is gone': [
    root => {
      rmSync(`${root}${MODULES}/kernel/fs/btrfs/btrfs.ko`);
      initramfs(root, files => delete files[inInitramfs('kernel/fs/btrfs/btrfs.ko')]);
    },
    `digest-differs ${MODULES}/kernel/fs/btrfs/btrfs.ko`,
  ],
  'a kernel of no package': [
    root => rmSync(`${root}/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`),
    `digests-unknown ${RELEASE}`,
  ],
  'a list that names the image and no module': [
    root => {
      const list = `/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`;
      put(root, list, `${readFileSync(root + list, 'utf8').split('\n')[0]}\n`);
    },
    `digests-unknown ${RELEASE}`,
  ],
  'a list that names another kernel only': [
    root => put(root, `/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`, `${'0'.repeat(32)}  boot/vmlinuz-other\n`),
    `digests-unknown ${RELEASE}`,
  ],
  'a status file beyond all measure': [
    root => put(root, '/var/lib/dpkg/status', Buffer.alloc(33 * 1024 * 1024, '\n')),
    `proof-failed ${RELEASE}`,
  ],
};

for (const [what, [harm, expected]] of Object.entries(faults)) {
  test(`refused: ${what}`, async () => {
    const root = machine();
    harm(root);
    assert.equal(await verdict(root), expected);
  });
}

test('refused: a storage or network device without driver, named with its driver', async () => {
  const card = device('0000:00:03.0', 'pci:v00008086d0000100Esv0sd0bc02sc00i00', 'e1000', { class: 'network' });
  assert.equal(
    await verdict(machine(), { devices: [...devices, card] }),
    'driver-missing 0000:00:03.0 (e1000), network',
  );
  const other: typeof card = { ...card, class: 'other', provides: ['sr0'] };
  assert.equal(await verdict(machine(), { devices: [...devices, other] }), 'proven');
  const environment = { devices: [...devices, other], environmentDevices: ['sr0'] };
  assert.match(await verdict(machine(), environment), /^driver-missing /);
});

test('refused: the root disk on a controller the kernel does not know', async () => {
  const root = machine();
  const ahci = '/sys/devices/pci0000:00/0000:00:1f.2';
  fixture.bound(root, ahci, 'pci', 'ahci', 'pci:v00008086d00002922sv0sd0bc01sc06i01');
  fixture.disk(root, `${ahci}/ata1`, 'sda', '8:1');
  mounted(root, '22 1 8:1 / / rw - ext4 /dev/sda1 rw');
  fixture.runningKernel(root, '6.1.0-50-amd64', { 'pci:v*d*sv*sd*bc01sc06i01*': 'ahci' });
  assert.equal(await verdict(root, { runningRelease: '6.1.0-50-amd64' }), 'root-driver-missing 0000:00:1f.2 (ahci)');
});

test('a bridge on the way whose driver no table knows is no obstacle', async () => {
  const root = machine();
  fixture.bound(root, '/sys/devices/pci0000:00', 'pci', 'pcieport', 'pci:v00001B36d0000000Csv0sd0bc06sc04i00');
  assert.equal(await verdict(root), 'proven');
});

test('a kernel without initramfs needs everything built in', async () => {
  const without = { target: { ...kernel, initramfs: null } };
  assert.match(await verdict(machine(), without), /^root-module-not-in-initramfs /);
});

test('a root disk opened by a key file is no obstacle', async () => {
  const root = machine();
  crypttab(root, '/etc/keys/root.key');
  assert.equal(await verdict(root), 'proven');
});

/** The part of a PE file that says where its signature lies; `length` 0: nowhere. */
const portableExecutable = (length: number): Buffer => {
  const image = Buffer.alloc(8192, 0x90);
  image.write('MZ', 0, 'latin1');
  image.writeUInt32LE(0x80, 0x3c);
  image.write('PE\0\0', 0x80, 'latin1');
  image.writeUInt16LE(0x20b, 0x80 + 24);
  image.writeUInt32LE(6, 0x80 + 24 + 108);
  image.writeUInt32LE(4096, 0x80 + 24 + 144);
  image.writeUInt32LE(length, 0x80 + 24 + 148);
  return image;
};

const withImage = (image: Buffer): string => {
  const root = machine();
  const old = createHash('md5')
    .update(readFileSync(root + IMAGE))
    .digest('hex');
  const list = `/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`;
  const text = readFileSync(root + list, 'utf8');
  put(root, list, text.replace(old, createHash('md5').update(image).digest('hex')));
  put(root, IMAGE, image);
  put(root, SECURE_BOOT, Buffer.from([6, 0, 0, 0, 1]));
  return root;
};

test('Secure Boot takes a signed image, and only one whose signature is inside the file', async () => {
  assert.equal(await verdict(withImage(portableExecutable(2000))), 'proven');
  for (const length of [0, 5000]) {
    assert.equal(await verdict(withImage(portableExecutable(length))), `secure-boot-unsigned ${IMAGE}`);
  }
  assert.equal(await verdict(withImage(portableExecutable(2000).subarray(0, 200))), `secure-boot-unsigned ${IMAGE}`);
  const off = withImage(portableExecutable(0));
  put(off, SECURE_BOOT, Buffer.from([6, 0, 0, 0, 0]));
  assert.equal(await verdict(off), 'proven');
});

/** Swap as mkswap makes it, with the signature hibernation leaves when `hibernated`. */
const swap = (root: string, path: string, hibernated: boolean, offset = 0): void => {
  put(root, '/swap.img', Buffer.alloc(64 * 4096));
  execFileSync('mkswap', ['-q', `${root}/swap.img`], { stdio: 'ignore' });
  const bytes = readFileSync(`${root}/swap.img`);
  assert.equal(bytes.toString('latin1', 4086, 4096), 'SWAPSPACE2');
  if (hibernated) bytes.write('S1SUSPEND\0', 4086, 'latin1');
  put(root, path, Buffer.concat([Buffer.alloc(offset), bytes]));
};

test('a hibernated system is found through resume=, initramfs-tools and fstab', async () => {
  const named: [string, string, string][] = [
    ['/proc/cmdline', 'root=/dev/vda1 resume=UUID=1-2 quiet\n', '/dev/disk/by-uuid/1-2'],
    ['/etc/initramfs-tools/conf.d/resume', 'RESUME=/dev/vda5\n', '/dev/vda5'],
    ['/etc/fstab', '# x\nLABEL=swap none swap sw 0 0\n', '/dev/disk/by-label/swap'],
    ['/etc/fstab', '/swapfile none swap sw 0 0\n', '/swapfile'],
  ];
  for (const [file, text, at] of named) {
    const root = machine();
    put(root, file, text);
    assert.equal(await verdict(root), 'proven', 'a swap that is absent');
    swap(root, at, false);
    assert.equal(await verdict(root), 'proven', 'a swap in use');
    swap(root, at, true);
    assert.equal(await verdict(root), `hibernation-image ${at}`);
  }
  const root = machine();
  put(root, '/proc/cmdline', 'root=/dev/vda1 resume=/dev/vda1 resume_offset=3\n');
  swap(root, '/dev/vda1', true, 3 * 4096);
  assert.equal(await verdict(root), 'hibernation-image /dev/vda1');
});

test('the merged /usr: the list says lib/modules, the folder is usr/lib/modules', async () => {
  const root = machine();
  const list = `/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`;
  put(root, list, readFileSync(root + list, 'utf8').replaceAll('usr/lib/', 'lib/'));
  put(root, '/usr/lib/.keep', '');
  renameSync(`${root}/lib/modules`, `${root}/usr/lib/modules`);
  const target = { ...kernel, modules: `/usr${MODULES}` };
  assert.equal(await verdict(root, { target }), 'proven');
  put(root, `/usr${MODULES}/kernel/fs/btrfs/btrfs.ko`, 'changed');
  initramfs(root, files => delete files[inInitramfs('kernel/fs/btrfs/btrfs.ko')]);
  assert.equal(await verdict(root, { target }), `digest-differs /usr${MODULES}/kernel/fs/btrfs/btrfs.ko`);
});

test('too little room in /boot', { skip: process.getuid?.() !== 0 && 'only root can mount' }, async t => {
  const root = machine();
  put(root, '/small/.keep', '');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', `${root}/small`]);
  t.after(() => execFileSync('umount', [`${root}/small`]));
  fixture.linkTo(root, '/var/lib/enlighten/x', '/small');
  rmSync(`${root}/var/lib/enlighten`, { recursive: true });
  fixture.linkTo(root, '/var/lib/enlighten', '/small');
  assert.equal(await verdict(root), 'room-short /var/lib/enlighten');
});

test('no time: a Notice, at once or in the middle, and never an exception', async () => {
  const root = machine();
  const subject = subjectOf(root);
  const none = await proofs(subject, { deadline: 0 });
  assert.equal(none.blocked?.code, 'proof-out-of-time');
  let reads = 0;
  const running = { ...subject.guest, clock: { now: () => '', monotonic: () => (reads += 1) } };
  const whole = await proofs({ ...subject, guest: running }, later);
  assert.equal(whole.blocked, null);
  // Before each of 11 proofs, and before each of 12 modules of the initramfs and 13 files of the package.
  assert.ok(reads > 11 + 12 + 13, `the clock was read ${reads} times`);
  for (let deadline = 1, asked = reads; deadline < asked; deadline += 1) {
    reads = 0;
    const found = await proofs({ ...subject, guest: running }, { deadline });
    assert.equal(found.blocked?.code, 'proof-out-of-time', `deadline ${deadline} of ${asked}`);
  }
});
