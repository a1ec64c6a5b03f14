/** A machine as a folder: one Debian cloud kernel with modules, initramfs and package lists, a virtio disk and network. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Device } from '../../src/detect/device.ts';
import { openGuest } from '../../src/guest/open.ts';
import type { InstalledKernel } from '../../src/kernel/installed.ts';
import type { Subject } from '../../src/kernel/proof/context.ts';

export const RELEASE = '6.1.0-50-cloud-amd64';
export const MODULES = `/lib/modules/${RELEASE}`;
export const IMAGE = `/boot/vmlinuz-${RELEASE}`;
export const INITRAMFS = `/boot/initrd.img-${RELEASE}`;

const all = mkdtempSync(join(tmpdir(), 'enlighten-kernel-'));
process.on('exit', () => rmSync(all, { recursive: true, force: true }));

/** A fresh folder, removed when the test's process ends. */
export const freshFolder = (): string => mkdtempSync(join(all, 'x'));

export const put = (root: string, path: string, content: string | Buffer): void => {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, content);
};

/** A link inside the folder, relative as sysfs writes them. */
export const linkTo = (root: string, path: string, target: string): void => {
  mkdirSync(dirname(root + path), { recursive: true });
  symlinkSync(relative(dirname(path), target), root + path);
};

/** Modules by path below kernel/, each with what it depends on; the cloud kernel's, shortened. */
const dependencies: Record<string, string[]> = {
  'kernel/drivers/virtio/virtio.ko': [],
  'kernel/drivers/virtio/virtio_ring.ko': ['kernel/drivers/virtio/virtio.ko'],
  'kernel/drivers/virtio/virtio_pci.ko': ['kernel/drivers/virtio/virtio_ring.ko', 'kernel/drivers/virtio/virtio.ko'],
  'kernel/drivers/block/virtio_blk.ko': ['kernel/drivers/virtio/virtio_ring.ko', 'kernel/drivers/virtio/virtio.ko'],
  'kernel/drivers/net/virtio_net.ko': ['kernel/drivers/virtio/virtio_ring.ko', 'kernel/drivers/virtio/virtio.ko'],
  'kernel/drivers/ata/pata_acpi.ko': [],
  'kernel/drivers/md/dm-mod.ko': [],
  'kernel/drivers/md/dm-crypt.ko': ['kernel/drivers/md/dm-mod.ko'],
  'kernel/drivers/md/raid1.ko': [],
  'kernel/fs/jbd2/jbd2.ko': [],
  'kernel/fs/xfs/xfs.ko': [],
  'kernel/fs/btrfs/btrfs.ko': [],
};

const aliases = `# Aliases extracted from modules themselves.
alias pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci
alias virtio:d00000002v* virtio_blk
alias virtio:d00000001v* virtio_net
alias pci:v*d*sv*sd*bc01sc01i* pata_acpi
alias md-raid1 raid1
alias fs-xfs xfs
alias fs-btrfs btrfs
`;

/** What is compiled in has the aliases its source spells out, and none for its table of devices: those are for files. */
const modinfo = ['ext4.license=GPL', 'ext4.alias=fs-ext4', 'nvme.license=GPL', ''].join('\0');

export const moduleBytes = (path: string): Buffer => Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(3000, path)]);

/** A cpio archive made by cpio(1) from files given by name. */
export const archiveOf = (files: Record<string, string | Buffer>): Buffer => {
  const tree = freshFolder();
  for (const [name, content] of Object.entries(files)) put(tree, `/${name}`, content);
  return execFileSync('sh', ['-c', 'find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc'], {
    cwd: tree,
    maxBuffer: 1 << 30,
  });
};

export const compressedWith = (program: string, bytes: Buffer): Buffer =>
  execFileSync(program, ['-c', '-q'], { input: bytes, maxBuffer: 1 << 30 });

/** What the initramfs of the machine holds: all modules and an init. */
export const initramfsFiles = (): Record<string, string | Buffer> => ({
  init: '#!/bin/sh\n',
  ...Object.fromEntries(
    Object.keys(dependencies).map(path => [`usr/lib/modules/${RELEASE}/${path}`, moduleBytes(path)]),
  ),
});

/** A disk, with one partition, and the links the kernel makes for it. */
export const disk = (root: string, folder: string, name: string, partitionDevice: string): string => {
  const partition = `${folder}/block/${name}/${name}1`;
  put(root, `${partition}/partition`, '1\n');
  linkTo(root, `/sys/dev/block/${partitionDevice}`, partition);
  linkTo(root, `/sys/class/block/${name}1`, partition);
  return partition;
};

export const bound = (root: string, folder: string, bus: string, driver: string, modalias: string): void => {
  put(root, `${folder}/modalias`, `${modalias}\n`);
  mkdirSync(`${root}/sys/bus/${bus}/drivers/${driver}`, { recursive: true });
  linkTo(root, `${folder}/driver`, `/sys/bus/${bus}/drivers/${driver}`);
};

export const device = (id: string, modalias: string, driver: string, more: Partial<Device> = {}): Device => ({
  ...{ bus: 'pci', id, modalias, driver, class: 'other', provides: [] },
  ...more,
});

const virtioPci = 'pci:v00001AF4d00001001sv00001AF4sd00000002bc01sc00i00';
export const devices: Device[] = [
  device('0000:00:04.0', virtioPci, 'virtio-pci', { class: 'storage', provides: ['vda'] }),
  device('virtio1', 'virtio:d00000002v00001AF4', 'virtio_blk', { bus: 'virtio', class: 'storage', provides: ['vda'] }),
  device('virtio0', 'virtio:d00000001v00001AF4', 'virtio_net', { bus: 'virtio', class: 'network', provides: ['ens3'] }),
];

const modules = (root: string): void => {
  const lines = Object.entries(dependencies).map(([path, needs]) => `${[`${path}:`, ...needs].join(' ')}\n`);
  put(root, `${MODULES}/modules.dep`, lines.join(''));
  put(root, `${MODULES}/modules.alias`, aliases);
  put(root, `${MODULES}/modules.builtin`, 'kernel/fs/ext4/ext4.ko\nkernel/drivers/nvme/host/nvme.ko\n');
  put(root, `${MODULES}/modules.builtin.modinfo`, modinfo);
  for (const path of Object.keys(dependencies)) put(root, `${MODULES}/${path}`, moduleBytes(path));
};

const packages = (root: string, image: Buffer): void => {
  const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');
  const files = Object.keys(dependencies).map(path => `${md5(moduleBytes(path))}  usr${MODULES}/${path}\n`);
  put(root, `/var/lib/dpkg/info/linux-image-${RELEASE}.md5sums`, `${md5(image)}  ${IMAGE.slice(1)}\n${files.join('')}`);
  put(
    root,
    '/var/lib/dpkg/status',
    'Package: bash\nStatus: install ok installed\n\nPackage: old\nStatus: deinstall ok config-files\n',
  );
};

/** @returns the folder; every proof holds for it. */
export const machine = (): string => {
  const root = freshFolder();
  const image = Buffer.alloc(5_000_000, 'kernel');
  put(root, IMAGE, image);
  modules(root);
  packages(root, image);
  put(root, INITRAMFS, compressedWith('zstd', archiveOf(initramfsFiles())));
  put(root, '/etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n');
  put(root, '/proc/cmdline', `BOOT_IMAGE=${IMAGE} root=UUID=1 ro quiet\n`);
  put(root, '/proc/self/mountinfo', '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n');
  mkdirSync(`${root}/var/lib/enlighten`, { recursive: true });
  const slot = '/sys/devices/pci0000:00/0000:00:04.0';
  bound(root, slot, 'pci', 'virtio-pci', virtioPci);
  bound(root, `${slot}/virtio1`, 'virtio', 'virtio_blk', 'virtio:d00000002v00001AF4');
  disk(root, `${slot}/virtio1`, 'vda', '254:1');
  return root;
};

export const kernel: InstalledKernel = {
  ...{ release: RELEASE, flavour: 'cloud', universal: false, image: IMAGE, initramfs: INITRAMFS, modules: MODULES },
};

export const subjectOf = (root: string, more: Partial<Subject> = {}): Subject => ({
  ...{ guest: openGuest(root), target: kernel, runningRelease: RELEASE, devices, environmentDevices: [] },
  ...more,
});

/** A running kernel beside the target, with these lines in its modules.alias. */
export const runningKernel = (root: string, release: string, lines: Record<string, string>): void => {
  const names = [...new Set(Object.values(lines))];
  put(root, `/lib/modules/${release}/modules.dep`, names.map(name => `kernel/${name}.ko:\n`).join(''));
  const table = Object.entries(lines).map(([pattern, name]) => `alias ${pattern} ${name}\n`);
  put(root, `/lib/modules/${release}/modules.alias`, table.join(''));
};
