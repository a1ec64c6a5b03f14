/** A whole sealed Debian appliance as a folder: the universal kernel runs on KVM, the cloud kernel lies beside it, and every proof holds. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { biosInformation, cpuidOf, dmiOf } from '../detect/folder.ts';
import { grubFiles, MAKER, plainArgs, UNIVERSAL } from '../kernel/bootloaders/grub/machine.ts';
import { freshFolder, linkTo, machine, put, RELEASE, runningKernel } from '../kernel/machine.ts';

export const CLOUD = RELEASE;
export { UNIVERSAL };
export const GRUBENV = '/boot/grub/grubenv';
export const STATE = '/var/lib/enlighten/state.json';

export const SYSCTLS = {
  '/proc/sys/vm/dirty_bytes': '0\n',
  '/proc/sys/vm/dirty_ratio': '20\n',
  '/proc/sys/vm/dirty_background_bytes': '0\n',
  '/proc/sys/vm/dirty_background_ratio': '10\n',
  '/proc/sys/vm/swappiness': '60\n',
  '/proc/sys/net/core/somaxconn': '4096\n',
};

const slot = '/sys/devices/pci0000:00/0000:00:04.0';

const built = (): string => {
  const root = machine();
  runningKernel(root, UNIVERSAL, { 'pci:v00001AF4d*sv*sd*bc*sc*i*': 'virtio_pci', 'virtio:d00000002v*': 'virtio_blk' });
  const files: Record<string, string | Buffer> = {
    ...grubFiles(),
    ...SYSCTLS,
    ...dmiOf({
      sys_vendor: MAKER.manufacturer,
      product_name: MAKER.product,
      product_uuid: '11111111-2222-3333-4444-555555555555',
    }),
    ...biosInformation(true),
    '/cpuid.json': cpuidOf('KVMKVMKVM\0\0\0'),
    [`/boot/vmlinuz-${UNIVERSAL}`]: 'kernel',
    [`/boot/initrd.img-${UNIVERSAL}`]: 'initramfs',
    '/proc/meminfo': 'MemTotal:        1000000 kB\n',
    '/sys/devices/system/memory/auto_online_blocks': 'offline\n',
    '/run/udev/data/b254:1': 'E:ID_FS_UUID=0a0a0a0a-0b0b-0c0c-0d0d-0e0e0e0e0e0e\n',
    '/var/lib/enlighten/sealed': '{"schemaVersion":1}\n',
    [`${slot}/virtio1/block/vda/queue/scheduler`]: '[none] mq-deadline\n',
  };
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  linkTo(root, '/sys/bus/pci/devices/0000:00:04.0', slot);
  linkTo(root, '/sys/bus/virtio/devices/virtio1', `${slot}/virtio1`);
  mkdirSync(`${root}/tmp`);
  return root;
};

let first: string | null = null;

/** @returns a fresh copy of the appliance, not yet booted. */
export const appliance = (): string => {
  first ??= built();
  const root = freshFolder();
  cpSync(first, root, { recursive: true, verbatimSymlinks: true });
  return root;
};

/** Values of the environment block, by the real tool. */
export const grubenv = (root: string): Map<string, string> =>
  new Map(
    execFileSync('grub-editenv', [root + GRUBENV, 'list'], { encoding: 'utf8' })
      .split('\n')
      .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** What firmware and GRUB do: volatile folders are new, GRUB leaves its mark, and an armed trial is spent and started. */
export const powerOn = (root: string, bootId: string, words = ''): void => {
  const values = grubenv(root);
  const set = (...pairs: string[]) => execFileSync('grub-editenv', [root + GRUBENV, 'set', ...pairs]);
  const armed = values.get('enlighten_state') === 'armed';
  set('enlighten_mark=1');
  if (armed) set('enlighten_state=spent');
  const proven = values.get('enlighten_proven_kernel') !== undefined && values.get('enlighten_failed') === '0';
  const release = armed || proven ? CLOUD : UNIVERSAL;
  const args = values.get(`enlighten_${armed ? 'trial' : 'proven'}_args`) ?? plainArgs;
  const trial = armed ? `enlighten.trial=${values.get('enlighten_nonce')} panic=5 oops=panic` : '';
  put(root, '/proc/cmdline', `BOOT_IMAGE=/boot/vmlinuz-${release} ${[args, trial, words].filter(Boolean).join(' ')}\n`);
  put(root, '/proc/sys/kernel/random/boot_id', `${bootId}\n`);
  put(root, '/proc/sys/kernel/osrelease', `${release}\n`);
  rmSync(`${root}/run/enlighten`, { recursive: true, force: true });
  for (const [path, value] of Object.entries(SYSCTLS)) put(root, path, value);
};

export const stateOn = (root: string) => JSON.parse(readFileSync(root + STATE, 'utf8'));
export const statusOn = (root: string) => JSON.parse(readFileSync(`${root}/run/enlighten/status.json`, 'utf8'));
export const rewrite = (root: string, path: string, content: string | Buffer): void =>
  writeFileSync(root + path, content);

/** Every file with its digest, mode, inode and time of change, but what is volatile: /run, /proc and /sys. */
export const disk = (root: string, folder = ''): Map<string, string> => {
  const found = new Map<string, string>();
  for (const name of readdirSync(join(root, folder)).sort()) {
    const path = `${folder}/${name}`;
    if (['/run', '/proc', '/sys'].includes(path)) continue;
    const stat = lstatSync(root + path);
    if (stat.isDirectory()) for (const [inner, value] of disk(root, path)) found.set(inner, value);
    else if (stat.isSymbolicLink()) found.set(path, readlinkSync(root + path));
    else {
      const digest = createHash('sha256')
        .update(readFileSync(root + path))
        .digest('hex');
      found.set(path, `${digest} ${stat.mode} ${stat.ino} ${stat.mtimeMs}`);
    }
  }
  return found;
};
