/** Building an initramfs beside the vendor's, on a machine whose builder is a stand-in that obeys the configuration it is given. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { initramfsAction } from '../../../src/actions/initramfs.ts';
import type { Ran, WritableGuest } from '../../../src/guest/guest.ts';
import { openGuest } from '../../../src/guest/open.ts';
import { grub } from '../../../src/kernel/bootloaders/grub/grub.ts';
import { knownInitramfs } from '../../../src/kernel/initramfs/known.ts';
import type { InitramfsStep, Standing } from '../../../src/profiles/step.ts';
import { openJournal } from '../../../src/state/journal.ts';
import { grubFiles, MAKER } from '../bootloaders/grub/machine.ts';
import { archiveOf, compressedWith, INITRAMFS, initramfsFiles, machine, put, RELEASE } from '../machine.ts';

const OURS = `${INITRAMFS}.enlighten`;
const step: InitramfsStep = {
  ...{ id: `initramfs:${RELEASE}`, kind: 'initramfs', release: RELEASE, desired: 'virtio_pci virtio_blk nvme no_such' },
  ...{ reason: 'because', reference: 'https://example.org/', lasts: 'persistent' },
};
const inside = (name: string) => new RegExp(`/${name}\\.ko$`);

/** All files but those of some modules. */
const without = (...modules: string[]): Buffer => {
  const kept = Object.entries(initramfsFiles()).filter(([path]) => !modules.some(name => inside(name).test(path)));
  return compressedWith('zstd', archiveOf(Object.fromEntries(kept)));
};

interface Lab {
  root: string;
  guest: WritableGuest;
  ran: string[];
  args: string[];
}

/** A machine whose initramfs was made for another host. @param builds what the builder writes, or how it fails */
const lab = (builds: Buffer | Ran, more: Partial<WritableGuest> = {}): Lab => {
  const root = machine();
  put(root, INITRAMFS, without('virtio_blk', 'virtio_pci'));
  put(root, '/usr/sbin/mkinitramfs', '');
  put(root, '/etc/initramfs-tools/initramfs.conf', 'MODULES=dep\nUMASK=0077\n');
  put(root, '/etc/initramfs-tools/conf.d/driver-policy', 'MODULES=dep\n');
  put(root, '/etc/initramfs-tools/modules', '# mine\nloop\n');
  put(root, '/etc/initramfs-tools/hooks/mine', '#!/bin/sh\n');
  const [ran, all]: [string[], string[]] = [[], []];
  const guest: WritableGuest = {
    ...openGuest(root),
    live: true,
    async free() {
      return 2 ** 40;
    },
    async run(tool, args) {
      ran.push(tool);
      if (tool === 'mkinitramfs') {
        all.push(...args);
        const out = root + (args[args.indexOf('-o') + 1] ?? '');
        writeFileSync(out, Buffer.isBuffer(builds) ? builds : 'half');
        if (!Buffer.isBuffer(builds)) return builds;
      }
      if (tool === 'rename') renameSync(root + args[0], root + args[1]);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    ...more,
  };
  return { root, guest, ran, args: all };
};

const by = (standing: Standing): string => ('by' in standing ? standing.by.code : standing.state);
const apply = async ({ guest }: Lab): Promise<string> => {
  await initramfsAction.apply(step, guest, openJournal(guest));
  return by(await initramfsAction.check(step, guest));
};

test('one that lacks drivers gets another beside it, whole and on the disk before it has its name', async () => {
  const whole = without();
  const it = lab(whole);
  const { root, guest, ran, args } = it;
  const vendors = readFileSync(root + INITRAMFS);
  assert.deepEqual(await initramfsAction.check(step, guest), { current: null, state: 'pending' });
  assert.equal(await apply(it), 'satisfied');
  assert.deepEqual(ran, ['mkinitramfs', 'flush-filesystem', 'rename', 'flush-filesystem']);
  assert.deepEqual(readFileSync(root + INITRAMFS), vendors);
  assert.deepEqual(readFileSync(root + OURS), whole);
  const [known] = await knownInitramfs(guest);
  assert.deepEqual(known?.lacks, ['virtio_pci', 'virtio_blk']);
  assert.equal(known?.built?.path, OURS);

  const config = args[args.indexOf('-d') + 1] ?? '';
  const file = (name: string) => readFileSync(`${root}${config}/${name}`, 'utf8');
  assert.equal(file('initramfs.conf'), 'MODULES=dep\nUMASK=0077\n');
  assert.equal(file('conf.d/zzzz-enlighten'), 'MODULES=most\n');
  assert.match(file('modules'), /^# mine\nloop\n\nvirtio_pci\nvirtio_blk\n$/);
  assert.ok(statSync(`${root}${config}/hooks/mine`).isFile());
  assert.equal(readFileSync(`${root}/etc/initramfs-tools/modules`, 'utf8'), '# mine\nloop\n');
});

test('undo removes it, and what was known of it', async () => {
  const it = lab(without());
  await apply(it);
  const journal = openJournal(it.guest);
  for (const entry of await journal.entries()) await initramfsAction.undo(entry, it.guest, journal);
  assert.ok(!existsSync(it.root + OURS));
  assert.deepEqual(await journal.entries(), []);
  assert.equal((await initramfsAction.check(step, it.guest)).state, 'pending');
});

test('one that lacks nothing is left alone, and is not read a second time', async () => {
  const it = lab(without());
  put(it.root, INITRAMFS, without('raid1'));
  assert.equal(await apply(it), 'satisfied');
  assert.deepEqual(it.ran, []);
  assert.ok(!existsSync(it.root + OURS));
});

test('a new vendor initramfs, or one of ours that somebody replaced, is looked at again', async () => {
  for (const path of [INITRAMFS, OURS]) {
    const it = lab(without());
    await apply(it);
    writeFileSync(it.root + path, 'somebody else');
    assert.equal((await initramfsAction.check(step, it.guest)).state, 'pending');
  }
});

const failing: Ran = { exitCode: 1, stdout: '', stderr: 'warming up\nNo space left on device\n' };
const failures: Record<string, [Lab, string]> = {
  'the builder fails': [lab(failing), 'initramfs-build-failed'],
  'it leaves a driver out': [lab(without('virtio_blk')), 'initramfs-still-lacks'],
  'it writes half a file': [lab(without().subarray(0, 300)), 'initramfs-damaged'],
  'there is no room': [lab(without(), { free: async () => 1024 * 1024 }), 'room-short'],
  'the builder hangs': [
    lab(without(), {
      run: () => Promise.reject(new Error('no answer within 1800 s')),
    }),
    'initramfs-build-failed',
  ],
};
for (const [what, [it, code]] of Object.entries(failures)) {
  test(`${what}: the vendor's stays, nothing is left behind, and it is not tried again`, async () => {
    assert.equal(await apply(it), code);
    assert.ok(!existsSync(it.root + OURS) && !existsSync(`${it.root}${OURS}-new`));
    assert.deepEqual(await openJournal(it.guest).entries(), []);
    const before = it.ran.length;
    assert.equal(await apply(it), code);
    assert.equal(it.ran.length, before);
  });
}

test('no builder that is known', async () => {
  const it = lab(without());
  rmSync(`${it.root}/usr/sbin/mkinitramfs`);
  assert.equal(await apply(it), 'initramfs-no-builder');
});

test('the tool is installed later: it is built then', async () => {
  const it = lab(without());
  rmSync(`${it.root}/usr/sbin/mkinitramfs`);
  await apply(it);
  put(it.root, '/usr/sbin/mkinitramfs', '');
  assert.equal(by(await initramfsAction.check(step, it.guest)), 'pending');
  assert.equal(await apply(it), 'satisfied');
});

test('ours as the default is not replaced by one that never booted, unless the loader gave it up', async () => {
  const it = lab(without());
  await apply(it);
  for (const [path, content] of Object.entries(grubFiles())) put(it.root, path, content);
  const entry = { kernel: '/boot/vmlinuz', initrd: OURS, args: 'root=UUID=1' };
  await grub.promote(it.guest, entry, MAKER);
  put(it.root, INITRAMFS, without('virtio_blk', 'raid1')); // the vendor's, built anew
  const ours = readFileSync(it.root + OURS);
  assert.equal(await apply(it), 'initramfs-outdated');
  assert.deepEqual(readFileSync(it.root + OURS), ours);
  execFileSync('grub-editenv', [`${it.root}/boot/grub/grubenv`, 'set', 'enlighten_failed=1']);
  assert.equal(await apply(it), 'satisfied');
});
