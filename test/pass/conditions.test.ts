/** Everything that makes a trial unsafe, and the Notice that says so: found before anything is armed, by the whole pass. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { RECORD } from '../../src/kernel/bootloaders/kexec/record.ts';
import { boot } from '../../src/pass/boot.ts';
import { blockOf, grubCfg } from '../kernel/bootloaders/grub/machine.ts';
import { archiveOf, compressedWith, IMAGE, INITRAMFS, initramfsFiles, MODULES, put } from '../kernel/machine.ts';
import { appliance, GRUBENV, grubenv, powerOn, STATE, stateOn, statusOn } from './appliance.ts';

const mountinfo = (lines: string) => (root: string) => put(root, '/proc/self/mountinfo', lines);
const file =
  (path: string, content: string | Buffer = '') =>
  (root: string) =>
    put(root, path, content);
const gone = (path: string) => (root: string) => rmSync(root + path);
const without = (module: string) => (root: string) => {
  const kept = Object.entries(initramfsFiles()).filter(([path]) => !path.endsWith(`/${module}.ko`));
  put(root, INITRAMFS, compressedWith('zstd', archiveOf(Object.fromEntries(kept))));
};
const cut = (path: string) => (root: string) =>
  truncateSync(root + path, Math.floor(readFileSync(root + path).length / 2));
const aliases = (drop: string) => (root: string) => {
  const kept = readFileSync(`${root}${MODULES}/modules.alias`, 'utf8')
    .split('\n')
    .filter(line => !line.includes(drop));
  put(root, `${MODULES}/modules.alias`, kept.join('\n'));
};
const secureBoot = Buffer.from([6, 0, 0, 0, 1]);
const swap = Buffer.concat([Buffer.alloc(4086), Buffer.from('S1SUSPEND\0')]);

type Fault = (root: string) => void;

const conditions: Record<string, [Fault, code: string]> = {
  // The boot loader
  'no boot loader of ours': [gone('/boot/grub/grub.cfg'), 'loader-unknown'],
  'no environment block': [gone(GRUBENV), 'loader-unknown'],
  'a torn environment block': [file(GRUBENV, ''), 'loader-block'],
  'GRUB on btrfs, where kexec cannot help': [
    mountinfo('22 1 254:1 / / rw - ext4 /dev/vda1 rw\n23 22 254:1 / /boot rw - btrfs /dev/vda1 rw\n'),
    'loader-block',
  ],
  'GRUB on LVM or RAID, where kexec cannot help': [file('/sys/dev/block/254:1/dm/name', 'x\n'), 'loader-block'],
  'a journal with data': [mountinfo('22 1 254:1 / / rw - ext4 /dev/vda1 rw,data=journal\n'), 'loader-block'],
  'custom.cfg is not ours': [file('/boot/grub/custom.cfg', 'set default=1\n'), 'loader-custom'],
  'custom.cfg has not the last word': [
    file('/boot/grub/grub.cfg', grubCfg(undefined, 'set default="2"\n')),
    'loader-order',
  ],
  'no kernel that boots everywhere is named': [gone('/boot/grub/enlighten.cfg'), 'loader-unsealed'],
  'a kernel given by the hypervisor': [file('/proc/cmdline', 'root=UUID=1 ro\n'), 'loader-mark'],
  'GRUB has not left its mark': [
    file(GRUBENV, blockOf('enlighten_seq=1', 'enlighten_mark=0', 'enlighten_end=1')),
    'loader-mark',
  ],
  'an entry chosen once by a person': [
    file(GRUBENV, blockOf('enlighten_seq=1', 'enlighten_mark=1', 'next_entry=2', 'enlighten_end=1')),
    'loader-once',
  ],
  'no menu entry that could be repeated': [file('/boot/grub/grub.cfg', grubCfg('root=$root')), 'loader-entry'],
  'arguments too long for the block': [
    file('/boot/grub/grub.cfg', grubCfg(`root=x ${'y'.repeat(900)}`)),
    'loader-full',
  ],
  'no SMBIOS strings to guard by': [gone('/sys/class/dmi/id/sys_vendor'), 'loader-strings'],
  // The kernel
  'a corrupt kernel': [file(IMAGE, Buffer.alloc(5_000_000, 'other')), 'digest-differs'],
  'a truncated kernel': [cut(IMAGE), 'digest-differs'],
  'a corrupt module': [file(`${MODULES}/kernel/drivers/md/raid1.ko`, 'x'), 'initramfs-differs'],
  'no digests': [root => rmSync(`${root}/var/lib/dpkg/info`, { recursive: true }), 'digests-unknown'],
  'no driver for a device in use': [aliases('virtio:d00000002v'), 'driver-missing'],
  'Secure Boot and no signature': [
    file('/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c', secureBoot),
    'secure-boot-unsigned',
  ],
  // The initramfs
  'no initramfs': [gone(INITRAMFS), 'root-module-not-in-initramfs'],
  'an initramfs of garbage': [file(INITRAMFS, Buffer.alloc(100_000, 'x')), 'initramfs-damaged'],
  'a truncated initramfs': [cut(INITRAMFS), 'initramfs-damaged'],
  'an initramfs without the root disk’s driver': [without('virtio_blk'), 'root-module-not-in-initramfs'],
  // The system
  'dpkg half done': [
    file('/var/lib/dpkg/status', 'Package: x\nStatus: install ok half-configured\n'),
    'packages-unfinished',
  ],
  'a hibernated system': [
    root => {
      put(root, '/dev/vda5', swap);
      put(root, '/etc/fstab', '/dev/vda5 none swap sw 0 0\n');
    },
    'hibernation-image',
  ],
  'a root nobody can follow': [mountinfo('22 1 254:9 / / rw - ext4 /dev/vdx rw\n'), 'root-untraceable'],
  'state that does not last': [
    mountinfo('22 1 254:1 / / rw - ext4 /dev/vda1 rw\n30 22 0:40 / /var/lib/enlighten rw - tmpfs tmpfs rw\n'),
    'state-not-persistent',
  ],
  'an immutable system': [file('/run/ostree-booted'), 'immutable-root'],
  // The agent's own memory
  'a broken state': [file(STATE, '{'), 'state-broken'],
  'a state of a newer agent': [file(STATE, '{"schemaVersion":2}'), 'state-newer'],
  // kexec, where it was asked for
  ...Object.fromEntries(
    Object.entries({
      'kexec asked for, and no kexec-tools': [() => {}, 'kexec-absent'],
      'kexec asked for, and forbidden': [file('/proc/sys/kernel/kexec_load_disabled', '1\n'), 'kexec-forbidden'],
      'kexec asked for on Xen PV': [file('/sys/hypervisor/guest_type', 'PV\n'), 'kexec-guest'],
      'kexec asked for, and a kernel loaded': [file('/sys/kernel/kexec_loaded', '1\n'), 'kexec-taken'],
    } satisfies Record<string, [Fault, string]>).map(([name, [fault, code]]) => [
      name,
      [
        (root: string) => {
          put(root, '/etc/enlighten/enlighten.yaml', 'reboot: kexec\n');
          put(root, '/sys/kernel/kexec_loaded', '0\n');
          put(root, '/lib/systemd/system/kexec.target', '');
          if (code !== 'kexec-absent') put(root, '/sbin/kexec', '');
          fault(root);
        },
        code,
      ],
    ]),
  ),
  'every reboot is Debian’s kexec, and nobody but a person reboots': [
    root => {
      put(root, '/etc/enlighten/enlighten.yaml', 'reboot: never\n');
      put(root, '/etc/init.d/kexec-load', '');
      put(root, '/etc/default/kexec', 'LOAD_KEXEC=true\n');
    },
    'kexec-reboots',
  ],
};

for (const [name, [fault, code]] of Object.entries(conditions)) {
  test(`${name}: ${code}`, async () => {
    const root = appliance();
    powerOn(root, 'b1');
    mkdirSync(`${root}/run`, { recursive: true });
    fault(root);
    await boot(openGuest(root), { budgetMs: 60_000 }, () => {});
    const found = statusOn(root).notices.map((notice: { code: string }) => notice.code);
    assert.ok(found.includes(code), `found ${found.join(', ') || 'nothing'}`);
    assert.equal(existsSync(root + RECORD), false);
    if (!code.startsWith('state-')) assert.equal(stateOn(root).trial.state, 'none');
    if (existsSync(root + GRUBENV) && readFileSync(root + GRUBENV).length === 1024) {
      assert.equal(grubenv(root).get('enlighten_state'), undefined);
    }
  });
}

test('without any of them it is armed', async () => {
  const root = appliance();
  powerOn(root, 'b1');
  await boot(openGuest(root), { budgetMs: 60_000 }, () => {});
  assert.equal(stateOn(root).trial.state, 'armed');
});
