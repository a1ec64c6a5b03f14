/** What each distribution's tool is told. The tools' options: their manual pages. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openGuest } from '../../../src/guest/open.ts';
import { isBlocked } from '../../../src/kernel/blocked.ts';
import { builderOf } from '../../../src/kernel/initramfs/builders/index.ts';
import { moduleDatabase } from '../../../src/kernel/modules.ts';
import { MODULES, machine, put, RELEASE } from '../machine.ts';

const OUT = '/boot/out.enlighten-new';

const told = async (program: string, files: Record<string, string> = {}, encrypted = false) => {
  const root = machine();
  put(root, program, '');
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  const guest = openGuest(root);
  const modules = await moduleDatabase(guest, MODULES);
  assert.ok(!isBlocked(modules));
  const builder = await builderOf(guest);
  const drivers = ['virtio_pci', 'virtio_blk'];
  const args = await builder?.prepare(guest, { release: RELEASE, drivers, modules, out: OUT, encrypted });
  return { name: builder?.name, args: args ?? [], file: (path: string) => readFileSync(root + path, 'utf8') };
};

test('dracut: for every host, unless the root is encrypted', async () => {
  const add = ['--add-drivers', 'virtio_pci virtio_blk', OUT, RELEASE];
  const open = await told('/usr/bin/dracut');
  assert.deepEqual(open.args, ['--force', '--no-hostonly', '--no-hostonly-cmdline', ...add]);
  assert.deepEqual((await told('/usr/bin/dracut', {}, true)).args, ['--force', ...add]);
});

test("mkinitfs: the administrator's configuration, and one feature more", async () => {
  const { args, file } = await told('/sbin/mkinitfs', { '/etc/mkinitfs/mkinitfs.conf': 'features="base ext4"\n' });
  const [, config = '', , features = '', ...rest] = args;
  assert.deepEqual([args[0], args[2], ...rest], ['-c', '-P', '-o', OUT, RELEASE]);
  assert.equal(file(config), 'features="base ext4"\n\nfeatures="$features enlighten"\n');
  assert.equal(
    file(`${features}/enlighten.modules`),
    'kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/block/virtio_blk.ko\n',
  );
});

test('mkinitcpio: without autodetect, with what the drop-ins say', async () => {
  const { args, file } = await told('/usr/bin/mkinitcpio', {
    '/etc/mkinitcpio.conf': 'MODULES=(i915)\nHOOKS=(base autodetect block)\n',
    '/etc/mkinitcpio.conf.d/a.conf': 'COMPRESSION=cat\n',
  });
  assert.deepEqual(args.slice(2), ['-S', 'autodetect', '-k', RELEASE, '-g', OUT]);
  assert.match(
    file(args[1] ?? ''),
    /MODULES=\(i915\)[\s\S]*COMPRESSION=cat\n[\s\S]*MODULES\+=\(virtio_pci virtio_blk\)\n$/,
  );
});

test('dracut beside another tool is not in charge', async () => {
  const { name } = await told('/usr/bin/dracut', { '/usr/sbin/mkinitramfs': '' });
  assert.equal(name, 'initramfs-tools');
  assert.equal((await told('/usr/bin/true')).name, undefined);
});
